"""The four roles, as groups; and what people could do before there were roles, they still can."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEW = (
    "personas.view_persona",
    "productvideo.view_product",
    "productvideo.view_photo",
    "productvideo.view_scene",
    "productvideo.view_productvideo",
    "productvideo.view_videoevent",
)
EDIT = (
    "productvideo.add_product",
    "productvideo.change_product",
    "productvideo.add_photo",
    "productvideo.add_scene",
    "productvideo.change_scene",
    "productvideo.delete_scene",
    "productvideo.change_productvideo",
    "productvideo.share_productvideo",
    "productvideo.view_share",
)
SPEND = (
    "productvideo.approve_productvideo",
    "productvideo.delete_productvideo",
    "productvideo.view_submission",
    "productvideo.view_writing",
    "productvideo.view_auditentry",
)
MANAGE = (
    "personas.add_persona",
    "personas.change_persona",
    "personas.manage_people",
    "productvideo.view_klingaccount",
)
ROLES = {
    "viewer": VIEW,
    "editor": VIEW + EDIT,
    "spender": VIEW + EDIT + SPEND,
    "manager": VIEW + EDIT + SPEND + MANAGE,
}


def make_roles(apps, schema_editor):
    """Make the groups. Django makes permissions only after all migrations, so they are made here first."""
    alias = schema_editor.connection.alias
    for label in ("personas", "productvideo"):
        config = apps.get_app_config(label)
        config.models_module = True  # else it is taken for an app without models
        create_permissions(config, apps=apps, verbosity=0, using=alias)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(alias).select_related("content_type")
    named = {f"{one.content_type.app_label}.{one.codename}": one for one in permissions}
    for name, may in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(*(named[permission] for permission in may))


def keep_what_people_could(apps, schema_editor):
    """Until now every active staff user could buy and see everything."""
    alias = schema_editor.connection.alias
    people = apps.get_model("auth", "User").objects.using(alias).filter(is_staff=True, is_superuser=False)
    spender = apps.get_model("auth", "Group").objects.using(alias).get(name="spender")
    personas = list(apps.get_model("personas", "Persona").objects.using(alias).all())
    for person in people:
        person.groups.add(spender)
        person.personas.add(*personas)


class Migration(migrations.Migration):
    dependencies = [
        ("productvideo", "0010_library"),
        ("personas", "0003_members"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(make_roles, migrations.RunPython.noop),
        migrations.RunPython(keep_what_people_could, migrations.RunPython.noop),
    ]
