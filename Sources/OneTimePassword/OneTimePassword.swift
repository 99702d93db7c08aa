import OpenSSL
