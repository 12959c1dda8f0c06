"""The prompt templates: no version is ever edited in place, for stored scenes name the version they were made with."""

import hashlib

from productvideo.scenes import Brief, default_scenes
from productvideo.scenes.template import FOLDER, TEMPLATE_VERSION, template

# A changed file is a new version: add it here under a new name, and leave these lines as they are.
HASHES = {
    "three-shots-2.instructions.txt": "a4633bea632fb0e80796168914295cd96a4576fe50f1138441388b3028c5628d",
    "three-shots-2.kling.txt": "95778be93d23afa94e98e7760907f4bae85d5fdab8d45510c5b158d19d6d069b",
    "three-shots-3.instructions.txt": "735af5f93d80a554938f98650441ed82ee4966490b0a32767ef8f5fed6574981",
    "three-shots-3.kling.txt": "95778be93d23afa94e98e7760907f4bae85d5fdab8d45510c5b158d19d6d069b",
}


def test_no_template_was_edited_in_place() -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.iterdir()} == HASHES


def test_the_current_version_has_both_files_and_is_stored_with_the_scenes() -> None:
    plan = default_scenes(Brief(product_name="Cup", product_description="A cup."), reason="")

    assert plan.template_version == TEMPLATE_VERSION
    assert "{motion}" in template("kling") and "{order}" in template("instructions")
