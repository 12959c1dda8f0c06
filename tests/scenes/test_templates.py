"""The prompt templates: no version is ever edited in place, for stored scenes name the version they were made with."""

import hashlib
import json

from productvideo.scenes import Brief, default_scenes
from productvideo.scenes.request import response_format
from productvideo.scenes.template import FOLDER, TEMPLATE_VERSION, template

# A changed file is a new version: add it here under a new name, and leave these lines as they are.
HASHES = {
    "three-shots-2.instructions.txt": "1ec4eecd7b63b1ae1161a1016b7bad6e7a5e3843a1799ce3d268e953f2452571",
    "three-shots-2.kling.txt": "95778be93d23afa94e98e7760907f4bae85d5fdab8d45510c5b158d19d6d069b",
    "three-shots-3.instructions.txt": "735af5f93d80a554938f98650441ed82ee4966490b0a32767ef8f5fed6574981",
    "three-shots-3.kling.txt": "95778be93d23afa94e98e7760907f4bae85d5fdab8d45510c5b158d19d6d069b",
}
FORM = "4ce972bd3854a1b93c1db3e8f51cc386f3d9f1031c14372468a8b96a836b7dfa"


def test_no_template_was_edited_in_place() -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.iterdir()} == HASHES


def test_the_form_belongs_to_the_version_too() -> None:
    form = response_format(count=3, counted=True)

    assert (TEMPLATE_VERSION, hashlib.sha256(json.dumps(form).encode()).hexdigest()) == ("three-shots-3", FORM)


def test_the_current_version_has_both_files_and_is_stored_with_the_scenes() -> None:
    plan = default_scenes(Brief(product_name="Cup", product_description="A cup."), reason="")

    assert plan.template_version == TEMPLATE_VERSION
    assert "{motion}" in template("kling") and "{order}" in template("instructions")
