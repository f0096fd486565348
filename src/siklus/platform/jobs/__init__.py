"""Work that goes on after the answer: tasks in the database (django-tasks), and the worker that does them."""
