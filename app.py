"""The front door: ``python3 app.py`` opens the house, ``import app`` only gives the WSGI application."""

if __name__ == "__main__":
    import os
    import runpy

    # By its path: nothing is installed yet, and importing the package would need Flask.
    runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vwg", "bootstrap.py"), run_name="__main__")
else:
    from vwg import create_app

    app = create_app()
