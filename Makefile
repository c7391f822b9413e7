# Names for the commands everybody needs. The logic is in xtask/; `cargo xtask help` has the rest.
.PHONY: help run live test

help:
	@echo "make run    hold a demo call with the engine on this terminal"
	@echo "make live   hold calls on a real Keycloak, PostgreSQL and gateway, and open the box"
	@echo "make test   every check: format, lints, tests, dependencies"
	@echo
	@cargo xtask help

run:
	@cargo xtask run

live:
	@cargo xtask live

test:
	@cargo xtask test
