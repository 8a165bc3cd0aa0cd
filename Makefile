run:
	python3 app.py

test:
	python3 app.py test

.PHONY: run test
