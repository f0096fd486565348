from siklus.config.command import main

main()
