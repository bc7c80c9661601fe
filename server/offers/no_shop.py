"""Sites on which searches find pictures of clothes, and that sell none."""

import re

from server.goods.safe_text import host_of

# ".com", ".kr", ".co.kr"; no further name: "pinterest.com.mill.example" is a shop.
_ENDING = r"[a-z]{2,3}(?:\.[a-z]{2})?"
_NO_SHOP = re.compile(
    rf"""(?:^|\.)(?:
      # people and what they show
      pinterest\.{_ENDING}|pinimg\.com|instagram\.com|facebook\.com|tiktok\.com|youtube\.com
      |youtu\.be|reddit\.com|redd\.it|twitter\.com|x\.com|tumblr\.com|threads\.(?:net|com)
      |snapchat\.com|linkedin\.com|weibo\.com|vk\.com|quora\.com|medium\.com|blogspot\.{_ENDING}
      |wordpress\.com|tistory\.com|(?:blog|cafe|post|kin)\.naver\.com
      # works of reference and of art
      |wikipedia\.org|wikimedia\.org|deviantart\.com|behance\.net|dribbble\.com
      # they sell the photo of a coat, with price and stock, and not the coat
      |shutterstock\.com|istockphoto\.com|gettyimages\.{_ENDING}|stock\.adobe\.com|alamy\.{_ENDING}
      |dreamstime\.com|depositphotos\.com|123rf\.com|freepik\.com|pngtree\.com|vecteezy\.com
      |bigstockphoto\.com|unsplash\.com|pexels\.com|pixabay\.com|flickr\.com|imgur\.com|giphy\.com
      # where one searches
      |bing\.com|duckduckgo\.com|baidu\.com|ecosia\.org|qwant\.com
      |search\.(?:naver|daum|yahoo|brave)\.(?:com|net)
    )$
    |^(?:(?:images|lens|m)\.)?(?:google|yandex)\.{_ENDING}$""",
    re.VERBOSE,
)


def sells_nothing(link: str) -> bool:
    """Say whether a safe link leads to a site that is known to be no shop."""
    return _NO_SHOP.search(host_of(link).lower()) is not None
