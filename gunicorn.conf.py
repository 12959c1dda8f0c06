"""How `gunicorn config.wsgi` serves unless told otherwise: threads, so that long uploads and videos block nobody."""

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True  # imported once for all workers: twice as quick to be there
control_socket_disable = True  # it would be one file for all clones of this user
