from typing import Any
from xml.etree import ElementTree

from binome.sdk.connector import CAPABILITIES
from binome.sdk.registry import Installed

SVG = "{http://www.w3.org/2000/svg}"


def test_a_connector_implements_what_it_declares_and_nothing_else(installed: Installed, connector: Any) -> None:
    implemented = {name for name, protocol in CAPABILITIES.items() if isinstance(connector, protocol)}
    assert implemented == set(installed.manifest.capabilities)


def test_what_reads_or_listens_also_parses(installed: Installed, connector: Any) -> None:
    brings_in = {"reads", "listens"} & set(installed.manifest.capabilities)
    assert bool(brings_in) == hasattr(connector, "parse")


def test_the_manifest_is_named_after_its_folder_and_speaks_both_languages(installed: Installed) -> None:
    manifest = installed.manifest
    assert manifest.id == installed.folder.name
    labels = [
        manifest.name,
        manifest.summary,
        *(s.label for s in manifest.settings),
        *(s.help for s in manifest.settings),
        *(choice.label for s in manifest.settings for choice in s.choices),
    ]
    assert [label for label in labels if label and set(label) != {"en", "fr"}] == []


def test_what_is_read_has_a_pace(reader: Installed) -> None:
    assert reader.manifest.poll_seconds > 0


def test_choices_offer_their_default_and_generated_settings_are_secrets(installed: Installed) -> None:
    for setting in installed.manifest.settings:
        assert setting.kind != "choice" or setting.default in {one.value for one in setting.choices}, setting.name
        assert not setting.generated or setting.kind == "secret", setting.name


def test_hosts_in_braces_are_settings(installed: Installed) -> None:
    names = {setting.name for setting in installed.manifest.settings}
    braced = {host.strip("{}") for host in installed.manifest.hosts if host.startswith("{")}
    assert braced <= names


def test_a_capability_that_depends_on_a_setting_is_declared_and_the_setting_a_flag(installed: Installed) -> None:
    manifest = installed.manifest
    flags = {setting.name for setting in manifest.settings if setting.kind == "flag" and not setting.required}
    assert set(manifest.only_with) <= set(manifest.capabilities)
    assert set(manifest.only_with.values()) <= flags


def test_the_guide_is_there_in_both_languages(installed: Installed) -> None:
    for name in ("README.md", "README.fr.md"):
        lines = (installed.folder / name).read_text("utf-8").splitlines()
        assert lines[0].startswith("# "), name
        assert len(" ".join(lines)) > 400, name


def test_the_icon_is_an_svg_that_is_safe_to_show(installed: Installed) -> None:
    text = (installed.folder / "icon.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 24 24"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "path", "circle", "rect", "g", "title"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    assert len(text) < 4_000
