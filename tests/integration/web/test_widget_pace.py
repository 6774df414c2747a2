from django.test import RequestFactory

from binome.web.widget.visitors import address_of


def at(address: str) -> str:
    return address_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_one_house_counts_as_one_however_many_addresses_it_has() -> None:
    assert at("2001:db8:1:2::1") == at("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert at("2001:db8:1:3::1") != at("2001:db8:1:2::1")
    assert at("203.0.113.9") == at("::ffff:203.0.113.9") == "203.0.113.9"
    assert at("somewhere") == "somewhere"
