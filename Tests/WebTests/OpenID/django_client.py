"""A site of Django that signs people in by mozilla-django-oidc.

Usage: django_client.py [WORDS OF A CHECK]
"""

import importlib
import socketserver
import threading
import urllib.parse
import wsgiref.simple_server

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import include, path
from provider import Provider, check, free_port, play, same


# Django looks for it under this name.
urlpatterns = []


class Threaded(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


class World(Provider):
    def begin(self):
        port = free_port()
        self.site = f"http://127.0.0.1:{port}"
        # The one setting that their documentation has for what verifies by RS256 alone or by what it is told.
        self.web = self.application(
            "Django", "web", "--algorithm", "RS256", redirect=f"{self.site}/oidc/callback/",
            scopes=("openid", "profile", "email"))
        told = self.metadata()
        settings.configure(
            SECRET_KEY="for this test alone", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True,
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": self.folder / "django.db"}},
            INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                            "mozilla_django_oidc"],
            MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                        "django.contrib.auth.middleware.AuthenticationMiddleware",
                        "mozilla_django_oidc.middleware.SessionRefresh"],
            AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
            OIDC_RP_CLIENT_ID=self.web["clientId"], OIDC_RP_CLIENT_SECRET=self.web["clientSecret"],
            OIDC_RP_SIGN_ALGO="RS256", OIDC_RP_SCOPES="openid profile email", OIDC_USE_PKCE=True,
            OIDC_TOKEN_USE_BASIC_AUTH=True, OIDC_OP_AUTHORIZATION_ENDPOINT=told["authorization_endpoint"],
            OIDC_OP_TOKEN_ENDPOINT=told["token_endpoint"], OIDC_OP_USER_ENDPOINT=told["userinfo_endpoint"],
            OIDC_OP_JWKS_ENDPOINT=told["jwks_uri"], LOGIN_REDIRECT_URL="/", LOGOUT_REDIRECT_URL="/out",
            LOGIN_REDIRECT_URL_FAILURE="/failed", LOGGING_CONFIG=None)
        django.setup()
        # Its addresses read the settings.
        urlpatterns.extend([
            path("", whoever), path("out", whoever), path("failed", whoever),
            path("oidc/", include("mozilla_django_oidc.urls"))])
        call_command("migrate", verbosity=0)
        application = importlib.import_module("django.core.wsgi").get_wsgi_application()
        server = wsgiref.simple_server.make_server("127.0.0.1", port, application, Threaded, Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def sign_in_there(self, browser, address, start="/oidc/authenticate/"):
        """As somebody would; the last page of Django."""
        return self.follow(browser, browser.get(self.site + start), address)

    def follow(self, browser, answer, address=None):
        """On both sides, until Django shows a page."""
        for _ in range(20):
            place = browser.leads_to(answer)
            if not place:
                return answer
            place = urllib.parse.urljoin(answer.url, place)
            if place.startswith(self.url):
                place = browser.arrive(browser.get(place), address)
            answer = browser.get(place)
        raise AssertionError(f"it goes in circles at {answer.url}")


def whoever(request):
    return HttpResponse(f"email {request.user.email}" if request.user.is_authenticated else "nobody")






def expire(browser):
    """Django's session asks again at the next request, as it does every quarter of an hour."""
    engine = importlib.import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME])
    session["oidc_id_token_expiration"] = 0
    session.save()


@check("signs people in to Django, which makes their accounts by what it is told")
def sign_in(world):
    browser = world.browser()
    same(browser.get(world.site + "/").text, "nobody", "who is signed in before")
    same(world.sign_in_there(browser, world.nora).text, f"email {world.nora}", "who is signed in")
    rita = world.browser()
    same(world.sign_in_there(rita, world.RITA).text, f"email {world.RITA}", "who is signed in with an authenticator")
    same(sorted(get_user_model().objects.values_list("email", flat=True)), sorted([world.nora, world.RITA]),
         "Django's accounts")


@check("answers Django silently, which asks again from time to time, and shuts out who was suspended")
def refreshed(world):
    browser = world.browser()
    world.sign_in_there(browser, world.paul)
    browser.filled.clear()
    expire(browser)
    same(world.follow(browser, browser.get(world.site + "/")).text, f"email {world.paul}", "who is signed in after that")
    same(browser.filled, [], "what Paul was asked")
    world.suspend(world.paul)
    expire(browser)
    same(world.follow(browser, browser.get(world.site + "/")).text, "nobody", "who is signed in after a suspension")


@check("tells Django of a sign-in that came to nothing")
def failed(world):
    browser = world.browser()
    start = browser.get(world.site + "/oidc/authenticate/").headers["Location"]
    refused = browser.get(start.replace("response_type=code", "response_type=token")).headers["Location"]
    same("error=unsupported_response_type" in refused, True, "what Django is told")
    same(world.follow(browser, browser.get(refused)).text, "nobody", "who is signed in")


if __name__ == "__main__":
    with World() as world:
        play(world)
