"""The front door: ``python3 app.py`` opens the house, ``import app`` only gives the WSGI application."""

if __name__ == "__main__":
    import os
    import runpy
    import sys

    if sys.version_info < (3, 11):
        sys.exit("This needs Python 3.11 or newer. This one is %d.%d." % sys.version_info[:2])
    # By its path: nothing is installed yet, and importing the package would need Flask.
    house = os.path.dirname(os.path.abspath(__file__))
    runpy.run_path(os.path.join(house, "vwg", "bootstrap.py"), run_name="__main__")
else:
    from vwg import create_app

    app = create_app()
