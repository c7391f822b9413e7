# Names for the two commands everybody needs. The logic is in xtask/; `cargo xtask help` has the rest.
.PHONY: help run test

help:
	@echo "make run    hold a demo call with the engine on this terminal"
	@echo "make test   every check: format, lints, tests, dependencies"
	@echo
	@cargo xtask help

run:
	@cargo xtask run

test:
	@cargo xtask test
