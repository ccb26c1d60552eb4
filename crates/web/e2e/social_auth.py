"""A site that signs people in by VK ID with the stock backend of social-auth-core.

Takes its settings as one JSON line, then commands, a JSON line each; answers each with a JSON line.
The backend is the library's own; what is here is what every site gives it: settings, a session, a storage.
"""

import json
import sys
from urllib.parse import parse_qsl

from social_core.backends.vk import VKIDOAuth2
from social_core.exceptions import SocialAuthBaseException
from social_core.storage import BaseStorage, NonceMixin
from social_core.strategy import BaseStrategy


class Nonces(NonceMixin):
    """The states that are under way, each for one return."""

    living = set()

    @classmethod
    def use(cls, server_url, timestamp, salt):
        nonce = (server_url, timestamp, salt)
        is_new = nonce not in cls.living
        cls.living.add(nonce)
        return is_new

    @classmethod
    def consume(cls, server_url, timestamp, salt):
        nonce = (server_url, timestamp, salt)
        was_there = nonce in cls.living
        cls.living.discard(nonce)
        return was_there


class Storage(BaseStorage):
    nonce = Nonces


class Site(BaseStrategy):
    """One visitor of the site: a session that outlives the requests, and the query of the present one."""

    def __init__(self, settings):
        super().__init__(Storage)
        self.settings, self.session, self.query = settings, {}, {}

    def get_setting(self, name):
        return self.settings[name]

    def get_request_data(self, merge=True):
        return self.query

    def build_absolute_uri(self, path=None):
        return path

    def session_get(self, name, default=None):
        return self.session.get(name, default)

    def session_set(self, name, value):
        self.session[name] = value

    def session_pop(self, name):
        return self.session.pop(name, None)


def keep(strategy, backend, uid, response, details, **_):
    """The last step of the pipeline: what a site would store of a person."""
    extra = backend.extra_data(None, uid, response, details, {})
    strategy.found = {"uid": uid, "details": details, "response": response, "extra": extra}


def main():
    settings = json.loads(sys.stdin.readline())
    address = settings["ADDRESS"]
    site = Site(
        {
            "SOCIAL_AUTH_VK_ID_KEY": settings["KEY"],
            "SOCIAL_AUTH_VK_ID_SECRET": "",
            "SOCIAL_AUTH_VK_ID_SCOPE": ["vkid.personal_info", "phone"],
            "SOCIAL_AUTH_VK_ID_AUTHORIZATION_URL": f"{address}/authorize",
            "SOCIAL_AUTH_VK_ID_ACCESS_TOKEN_URL": f"{address}/oauth2/auth",
            "SOCIAL_AUTH_VK_ID_PIPELINE": [
                "social_core.pipeline.social_auth.social_details",
                "social_core.pipeline.social_auth.social_uid",
                "social_core.pipeline.social_auth.auth_allowed",
                "__main__.keep",
            ],
        }
    )

    class SchoolVkId(VKIDOAuth2):
        """The stock backend; this address alone cannot be given by a setting."""

        USER_INFO_URL = f"{address}/oauth2/user_info"

    def backend(query=""):
        site.query = dict(parse_qsl(query))
        return SchoolVkId(site, redirect_uri=settings["REDIRECT"])

    def begin():
        return {"url": backend().auth_url()}

    def complete(query):
        site.found = None
        backend(query).auth_complete()
        return site.found

    def refresh(token, device_id):
        return backend().refresh_token(token, device_id=device_id)

    deeds = {"begin": begin, "complete": complete, "refresh": refresh}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = deeds[name](*arguments)
        except SocialAuthBaseException as error:
            answer = {"refused": type(error).__name__, "code": getattr(error, "code", None)}
        print(json.dumps(answer), flush=True)


main()
