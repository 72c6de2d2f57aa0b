"""What a small client or server imports: sockets, TLS, HTTP and the e-mail parser behind it."""

import http.client
import http.server
import socket
import ssl
import urllib.parse
import urllib.request
