"""The usual words for camera moves in Chinese, Japanese, German, French, Spanish and Italian: Kling reads some."""

import re

KAMERA, CAMERA = r"\bkamera\W+(?:\w+\W+){0,4}", r"\bc[aá]m[eé]ra\W+(?:\w+['’\s]\W*){0,4}"
SLOWLY = "(?:缓慢|慢慢|缓缓)?"
WORDS = (
    ("push-in", rf"推近|推进|推進|推镜|镜头{SLOWLY}(?:前推|靠近|推)"),
    ("push-in", r"ズームイン|ドリーイン|カメラが(?:ゆっくり)?近づ"),
    ("push-in", rf"{KAMERA}(?:heran|näher|hinein|zoomt)\b|\bkamerafahrt nach vorn"),
    ("push-in", r"\b(?:travelling|zoom) avant\b|\bcarrellata in avanti\b"),
    ("push-in", rf"{CAMERA}(?:avance|approche|acerca|avanza|avvicina)\b"),
    ("pull-back", rf"拉远|拉遠|后拉|拉镜|镜头{SLOWLY}拉|ズームアウト|カメラが(?:ゆっくり)?引"),
    ("pull-back", rf"{KAMERA}(?:zurück|weg)\b|\b(?:travelling|zoom) arrière\b|\bcarrellata indietro\b"),
    ("pull-back", rf"{CAMERA}(?:recule|éloigne|aleja|retrocede|allontana|arretra|indietreggia)\b"),
    ("pan", rf"摇镜|左摇|右摇|镜头{SLOWLY}摇|パンする|\bschwenkt\b|{KAMERA}schwenk\w*"),
    ("pan", rf"\bpanoramique\b|\bpaneo\b|{CAMERA}(?:pivote|panea|panoramica)\b"),
    ("tracking", rf"跟拍|跟随|平移|横移|カメラが横|{KAMERA}(?:entlang|vorbei|begleitet|folgt)\b"),
    ("tracking", r"\btravelling lat[eé]ral\w*|\bcarrellata laterale\b"),
    ("tracking", rf"{CAMERA}(?:suit|longe|sigue|recorre|segue|scorre)\b"),
    ("orbit", rf"环绕|環繞|绕着|回り込|{KAMERA}(?:umkreist|kreist)\b"),
    ("orbit", rf"{CAMERA}(?:tourne autour|gira alrededor|gira intorno)\b"),
    ("crane", r"升降镜头|航拍|クレーンショット|ドローン|\bkranfahrt\b|\bdrohnen\w*"),
)
FOREIGN_PATTERNS = tuple((move, re.compile(words, re.IGNORECASE)) for move, words in WORDS)
FOREIGN_LOCKED = re.compile(
    r"固定镜头|镜头(?:保持)?(?:固定|静止|不动)|カメラ(?:は|を)?固定"
    rf"|{KAMERA}(?:fest|still|ruhig|unbewegt|fixiert)\b|{CAMERA}(?:fixe|fija|fissa|immobile|inmóvil|ferma)\b",
    re.IGNORECASE,
)
