# The tasks of CONTRIBUTING.md.
.PHONY: lint test bench figures docs

lint:
	python -m ruff check .
	python -m ruff format --check .
	python -m mypy
	python -m tests.imports
	@if command -v npx > /dev/null && [ -d node_modules ]; then npm run --silent check; fi

test:
	python -m pytest

bench:
	@ls tests/benchmarks/*.py | sed -e 's#/#.#g' -e 's#\.py$$##' -e 's#^#python -m #' | grep -v __init__

figures:
	@python -m tests.figures

docs:
	python -m ptacl.errors > docs/error-codes.md
	python -m ptacl.reporting.impression > docs/impression.md
	python -m docs.site.limits > docs/limits.md
	python -m docs.site.drawings
	NO_MKDOCS_2_WARNING=1 python -m mkdocs build --quiet -f docs/site/mkdocs.yml
	@echo "open out/docs/index.html"
