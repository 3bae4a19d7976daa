"""How gunicorn serves the dashboard. The scheduler is a process of its own and never starts in here."""

import os

wsgi_app = "dashboard.wsgi:server"
bind = os.environ.get("MANYI_BIND", "127.0.0.1:8050")
workers = int(os.environ.get("MANYI_WORKERS", "2"))
threads = int(os.environ.get("MANYI_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
accesslog = os.environ.get("MANYI_ACCESS_LOG")
errorlog = "-"
loglevel = "warning"
