"""Research on screens: the dossier, competitors, and the checklist of a deal."""
