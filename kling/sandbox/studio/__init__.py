"""How films come about: pictures judged, cards drawn, the camera moved, frames encoded, each film kept."""
