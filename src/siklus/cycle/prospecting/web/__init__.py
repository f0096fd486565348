"""What a web form may ask, how answers are read, and what tells people from machines."""
