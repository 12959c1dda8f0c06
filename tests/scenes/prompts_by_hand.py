"""Prompts as people write them: good ones, of which no rule says anything, and bad ones by the rule they break."""

GOOD = (
    (
        "The bottle stays upright on the wet stone; its shape and label remain exactly as in the "
        "image. Thin mist drifts past behind it. The camera makes a slow push-in, settling before "
        "the end. Cool morning light."
    ),
    (
        "Espresso cup stays fixed on the oak table; only steam moves, rising in thin curls. The "
        "camera pushes in slowly and settles before the end. Warm low sun."
    ),
    (
        "The watch rests on dark slate, its dial exactly as in the image. A soft highlight glides "
        "across the steel. The camera pans slowly from left to right, steady and calm."
    ),
    (
        "In macro view, a bead of water slides down the glass. The label remains exactly as in the "
        "image. The camera tracks slowly to the left along the edge and comes to rest."
    ),
    (
        "The sneaker stays in place on the concrete while dust floats through a beam of light. The "
        "camera pulls back slowly to show the empty court around it."
    ),
    (
        "The lamp stands still on the desk; its shape remains as in the image. The glow warms "
        "slowly. The camera stays locked and steady. Quiet evening mood."
    ),
    (
        "The camera holds a locked frame. The candle stays upright; its flame flickers softly and "
        "wax glistens. Warm light moves over the wall behind it."
    ),
    (
        "A frying pan rests on the stove; oil shimmers in it and steam rises. The camera tilts up "
        "slowly from the handle to the rim."
    ),
    (
        "The jacket hangs still on its hook; the fabric sways a little in a light breeze. Slow "
        "tracking shot to the right along the sleeve, ending on the zipper."
    ),
    (
        "Honey jar stays fixed on linen; a golden thread of honey falls slowly from the dipper. The "
        "camera dollies in gently and settles."
    ),
    (
        "The perfume bottle remains exactly as in the image. Light refracts through the glass and "
        "moves across the table. The camera glides slowly to the right."
    ),
    (
        "The headphones rest on the stand; soft light extends across the desk as the sun comes out. "
        "The camera makes a gentle pull-back."
    ),
    (
        "Chocolate bar stays on the slate; cocoa dust settles around it. The camera moves slowly "
        "closer, then holds. Dark, calm light."
    ),
    (
        "The chair stays exactly where it is. Curtains behind it breathe in the wind and leaf "
        "shadows wander over the wall. A slow pan to the right across the room."
    ),
    (
        "The drill stands upright on the workbench; wood shavings drift down behind it. The camera "
        "pushes in, slow and steady, beginning gently and settling before the end."
    ),
    (
        "The serum bottle stays upright; one drop gathers at the pipette and falls. Macro shot, "
        "slight handheld sway. Soft white light."
    ),
    (
        "The ring turns slowly on its velvet stand; sparks of light run along the stone. The camera "
        "stays fixed. Deep blue background."
    ),
    (
        "The backpack stays fixed on the rock; clouds drift behind it and grass bends in the wind. "
        "The camera slowly draws back. Fresh mountain light."
    ),
    (
        "The teapot remains still; its lid and label are unchanged. Steam rises from the spout and "
        "curls to the left. The camera zooms in slowly."
    ),
    (
        "The sofa stays in place; its fabric and colour remain exactly as in the image. Afternoon "
        "sunlight travels slowly along the cushions. The camera tracks to the right, slow and "
        "steady."
    ),
    (
        "Water ripples around the bottle, which stays upright and sharp. The camera moves in a "
        "small slow arc, gently settling before the end."
    ),
    (
        "The smartphone lies flat on the table; its screen stays dark. A reflection sweeps over the "
        "glass. The camera makes a tilt upwards, slow and steady."
    ),
    "Static camera. The whisky glass stays where it is; the ice settles and amber light plays in it.",
    (
        "The vase stands on the shelf as daylight grows brighter around it. The camera pulls out "
        "gently, revealing the quiet room. Its shape remains exactly as in the image."
    ),
    (
        "The knife rests on the board; a highlight runs along the blade from handle to tip. The "
        "camera follows the edge to the right, close and slow."
    ),
    "The logo on the cup stays exactly as in the image; a soft highlight glides over it. The camera pushes in slowly.",
    (
        "The cream jar stays closed on the marble. Petals fall softly around it. The camera slowly "
        "descends to table height."
    ),
    (
        "Leaves and shadows sway around the watering can, which stays on the step. The camera pans "
        "left slowly. Early light."
    ),
    (
        "The bread rests on its board; crumbs and flour dust float in the window light. A slow push "
        "in on the crust, settling gently."
    ),
    (
        "The bicycle leans against the wall as in the image; its front wheel spins slowly and the "
        "spokes glint. The camera makes a slow tracking move to the left."
    ),
    (
        "The camera drifts slowly to the left past the sunglasses, which stay on the sand. Waves "
        "roll in behind them. Bright, calm midday light."
    ),
    (
        "The speaker stays upright; its cone pulses softly and the dust on the table trembles. The "
        "camera eases in and comes to a rest."
    ),
    (
        "Ribbons of smoke move behind the bottle; the bottle and its label stay exactly as they "
        "are. The camera rises slowly from the base to the cap."
    ),
    (
        "Wide shot: the tent stays pitched on the meadow while its canvas breathes in the wind. The "
        "camera makes a slow pull-back. Golden evening."
    ),
    (
        "The coffee grinder stays put. Beans tumble slowly behind the glass and the crank turns "
        "once. The camera pushes gently in, then settles."
    ),
    (
        "Soft light slides over the leather; the bag keeps its shape and its stitching exactly as "
        "in the image. Slow dolly to the right."
    ),
    (
        "The salad bowl stays fixed; a leaf drops in and dressing glistens. The camera tilts down "
        "slowly toward the bowl and settles."
    ),
    (
        "The toothbrush stands in its glass, still and sharp. Light from the window moves down the "
        "wall. The camera is locked off on a tripod."
    ),
    (
        "The 35 mm film camera rests on the shelf; light moves across its lens and dust drifts by. "
        "The camera pushes in slowly."
    ),
    (
        "Her hands stay out of the frame; the necklace lies on silk that ripples in a soft breeze. "
        "The camera glides forward slowly."
    ),
    "The bottle stays fixed on the stone; only steam moves. The camera pushes in.",
    (
        "The mug remains upright on the sill, shape and label exactly as in the image, as rain runs "
        "down the window. The camera performs a very slow push-in and stops."
    ),
    (
        "Steam lifts from the ramen and drifts to the right; the bowl stays fixed. A gentle "
        "pull-back reveals the wooden counter."
    ),
    (
        "The handbag stays fixed on its plinth, its clasp exactly as in the image. A warm highlight "
        "orbits slowly along the metal. The camera tilts up, calm and even."
    ),
    (
        "The cake rests on its stand; powdered sugar falls through the light like snow. Slow "
        "lateral tracking from left to right."
    ),
    "The skateboard stays on the ramp; its wheels turn and dust swirls. The camera tracks alongside, smooth and low.",
    "Cloth curtains move in the wind behind the perfume, which remains perfectly still. The camera creeps in.",
    "Locked-off shot of the razor on wet stone. A drop of water gathers on the blade and falls.",
    "The camera remains stationary. Light sweeps from left to right over the record player while the record turns.",
    "The tent glows from inside as dusk falls; the fabric ripples. The camera slowly pulls away from it.",
    "The frame holds still while bubbles rise through the glass; the label stays sharp and exactly as in the image.",
    "Bubbles rise and burst in the glass. The view slowly moves closer to the rim.",
    "The ice melts slowly and the amber light shifts. Subtle push toward the glass.",
    "The camera stands still. Sunlight wanders over the boots and the shadows of leaves follow.",
    (
        "Fabric folds settle as the scarf comes to rest on the chair. The camera moves down slowly "
        "and stops on the fringe."
    ),
    (
        "A soft breeze moves the tag on the shirt; its print remains exactly as in the image. The "
        "camera slowly zooms out."
    ),
    "The olive oil bottle stays fixed; oil pours in a thin line and spreads on the plate. Camera: slow tilt down.",
    "The clock's hands move calmly; the case stays exactly as in the image. Slow, steady dolly in.",
    "In one continuous shot the camera glides past the row of jars, which stay exactly where they are.",
    "The camera begins wide and pushes in on the label, which stays sharp and exactly as in the image.",
    (
        "The car key lies on the leather; the chrome catches light that slides across it. The "
        "camera moves to the left, slow and steady."
    ),
    "Smoke curls around the bottle and drifts past the lens. The camera advances slowly and settles.",
    "The camera turns slowly to the left and settles on the chair. Its shape remains exactly as in the image.",
    (
        "The plush bear stays seated on the bed; a night light swings softly and shadows move "
        "across the wall. Slow push-in, settling before the end."
    ),
    "Second cup in the row stays still; steam rises from it. The camera makes a pan to the left.",
    "A 1960s radio stays on the sideboard; its dial glows up softly. The camera pushes in slowly.",
    "The runner's shoe lands softly on the track and sand flies up. The camera follows it to the right.",
    (
        "The blender stays fixed while fruit swirls in it. The camera pushes in slowly. Bright, "
        "best light of the morning."
    ),
    "The price tag hangs from the coat and stays exactly as in the image. The camera pulls back slowly.",
    "A page of the notebook turns in the breeze; the printed text stays exactly as in the image. Slow tilt down.",
    "The camera slowly eases toward the diamond ring as light sparkles across the facets.",
    "Snow falls gently. The camera pushes in; the snow globe and its lettering stay exactly as in the image.",
    "The camera moves in slowly on the bottle, then comes to a gentle stop; light plays on the glass.",
    "Petals drift down and add a soft rhythm. The camera pans right.",
    "The camera starts close on the clasp and slowly pulls away as evening light fades.",
    "Steam curls from the mug. The camera moves gently to the right around the table edge.",
    (
        "The product stays perfectly still and upright. A soft breeze moves the curtain. The camera "
        "slowly pushes forward."
    ),
    (
        "The cup stays fixed on the table; its shape and label remain exactly as in the image. A "
        "thin wisp of steam rises. The camera makes a slow push in, settling gently at the end."
    ),
    "The bottle stands tall. Camera slowly dollies in. Warm, cozy mood.",
    "Slow zoom toward the watch face; the second hand ticks calmly.",
    "Sunbeams slide over the wooden toy train, which stays on its track. The camera makes a push-in.",
    "The drone stays on the landing pad; its lights pulse. The camera pushes in.",
    "The crane-shaped lamp stays on the desk. The camera pulls back.",
    "The keyboard's letters glow one after another; everything keeps its place. The camera tracks right.",
    "The title of the book stays exactly as in the image; pages rustle. The camera tilts up.",
    "A hand-held blender stays upright; cream swirls in the bowl. The camera pushes in slowly.",
    "Soft reflections travel across the bottle while the label stays sharp and readable. The camera eases closer.",
    "The camera is fixed. The chair stays still while shadows of leaves sway over it.",
    (
        "The watch rests on stone; its hands stay exactly as in the image while a cloud shadow "
        "passes. The camera holds still."
    ),
    "The rug lies flat as sunlight spreads over its pattern. The camera glides low along the fringe.",
    "Light blooms behind the vase, which stays in place. A gentle camera push-in.",
    "The camera lingers on the shoe, then slowly pushes in toward the laces.",
    "The camera slowly reveals the table as it pulls back from the teapot.",
    "Rain beads roll off the jacket's shoulder. The camera slides left, slow and steady.",
    "Candle flames sway in the background. The camera inches toward the box.",
    "The camera travels slowly from the base of the bottle up to its cap.",
    "Fresh mint leaves tremble beside the glass; ice shifts. The camera makes a slow tilt downward.",
    "The lens cap stays on the camera; dust drifts in the light. A slow pan to the left.",
    "Daylight fades to dusk outside the window; the lamp's glow stays warm. Steady, slow pull-out.",
    "The camera, locked on a tripod, watches as foam settles in the cup.",
    "With the cup fixed in place, the camera pushes in slowly.",
    "Steam curls, light shifts, petals fall, leaves sway. The camera pushes in.",
)
BAD = {
    "one_move": (
        "The bottle stays fixed on the stone; only steam moves. Warm light.",
        "The camera pushes in and then pulls back.",
        "The camera dollies in, pans right and tilts up on the label.",
        "Push in on the cup. Then tilt down to the saucer.",
        "The camera zooms in while tilting up.",
        "A slow pan left followed by a push-in.",
        "The camera glides past the shoe before pulling away to show the street.",
        "Start with a slow push-in, end with a pull-back.",
        "Camera tracks left, then tracks right.",
        "The camera pans across the table and pushes in on the bottle.",
        "Slow zoom in with a slight tilt up.",
        "The camera moves closer; it then pans to the window.",
        "Cut from a push-in to a tracking shot.",
        "",
        "Push in, pull out.",
    ),
    "risky_move": (
        "The camera orbits the watch.",
        "The camera circles around the bottle slowly.",
        "The camera glides around the bottle.",
        "360-degree orbit of the sneaker.",
        "Crane shot rising above the table.",
        "The camera cranes up.",
        "Rack focus from the glass to the bottle.",
        "The camera racks focus to the label.",
        "Whip pan to the shoe.",
        "A drone shot over the tent.",
        "The focus shifts from the flower to the bottle.",
        "The camera spins around the product.",
        "The camera whip-pans right.",
        "The camera does a 360 around the bottle.",
        "The camera spirals up around the bottle.",
        "A vertigo effect on the bottle.",
        "Camera: orbit left.",
        "Slow-mo orbiting shot of the bottle.",
        "The camera rotates 180 degrees.",
        "The camera flies over the city and lands on the shoe.",
    ),
    "quoted_text": (
        'The words "Pure Taste" appear over the bottle. The camera pushes in.',
        "The camera pushes in on a sign that says «Bonjour».",
        "The camera pushes in as the slogan 'just breathe' fades in.",
        "The brand logo appears in the corner. The camera pushes in.",
        "The camera pushes in. A caption with the price slides in at the bottom.",
        "Show the price 19.99. The camera pushes in.",
        "Golden letters spell the name above the cup. The camera pushes in.",
        "Logo reveal at the end, the camera pushes in.",
        "The camera pulls back. End with our logo on black.",
        "“Sale” is written on the wall. The camera pans left.",
        "The camera pushes in. Text: New season.",
        "Neon sign reading Fresh behind the cup. The camera pushes in.",
        "The camera pushes in 「新鮮」",
        "Put our brand name in the top corner. The camera pushes in.",
        'Write "Hello" on the cup. The camera pushes in.',
    ),
    "editing_verb": (
        "Remove the background. The camera pushes in.",
        "Transform the table into a river. Soft steam rises. The camera pushes in.",
        "Add steam to the cup. The camera pushes in.",
        "Replace the table with marble. The camera pushes in.",
        "The camera pushes in. Please delete the shadow.",
        "Swap the red cap for a blue one. The camera pushes in.",
        "Extend the table to the left. The camera pushes in.",
        "The camera pushes in and insert a second cup.",
        "Change the background to a beach. The camera pans left.",
        "The camera pushes in. Steam is added behind the cup.",
        "Slowly remove the lid. The camera pushes in.",
        "You should erase the scratch. The camera pushes in.",
        "The camera pushes in, adding a lens flare.",
        "Make the background blue. The camera pushes in.",
        "Turn the label red. The camera pushes in.",
    ),
    "claim": (
        "The organic coffee steams. The camera pushes in.",
        "The waterproof watch stays in the rain. The camera pushes in.",
        "The vegan cream stays on marble. The camera pushes in.",
        "The world's best knife stays on the board. The camera pushes in.",
        "Certified timber table stays in the room. The camera pulls back.",
        "Now -30 %: the sneaker stays on the stone. The camera pushes in.",
        "The 500 ml bottle stays fixed. The camera pushes in.",
        "The camera pushes in on the cup, 100% natural.",
        "Its battery lasts 24 hours. The camera pushes in.",
        "The handmade bowl stays on the table. The camera pushes in.",
        "The gluten-free bread rests on the board. The camera pushes in.",
        "The bag is made in Italy. The camera pushes in.",
        "The award-winning lamp glows. The camera pushes in.",
        "Only $19 today. The camera pushes in on the cup.",
        "Die Bio-Schokolade bleibt liegen. The camera pushes in.",
        "The hypoallergenic, dermatologically tested cream stays put. The camera pushes in.",
        "Organic. Vegan. Fair trade. The camera pushes in.",
        "#1 bestselling. The camera pushes in.",
        "Save 20 percent. The camera pushes in.",
        "SPF 50 cream stays put. The camera pushes in.",
        "IP68 phone stays put. The camera pushes in.",
        "The eco-friendly, BPA-free bottle stays. The camera pushes in.",
    ),
    "seconds": (
        "The camera pushes in for 5 seconds.",
        "The camera pushes in, 5s.",
        "Light drifts for half a minute. The camera pushes in.",
        "Within the first half second steam rises. The camera pushes in.",
        "In the first two seconds the steam rises; the camera pushes in.",
        "A 10-second push-in on the cup.",
        "The camera pushes in. After 3 s the light fades.",
        "The camera pushes in over five seconds.",
        "The camera slowly pushes in during 10 sec.",
        "At the last second the light fades; the camera pushes in.",
        "The camera pushes in over 3-5 seconds.",
        "The camera pushes in within 00:05.",
        "Duration: 5s. The camera pushes in.",
        "The camera pushes in (5 sec).",
    ),
    "keywords": (
        "8K masterpiece, ultra detailed, the camera pushes in on the cup.",
        "The camera pushes in. Highly detailed, sharp focus, award-winning photography.",
        "The camera pushes in. 4K, HDR, photorealistic.",
        "cup, table, cinematic, moody, studio, bokeh. The camera pushes in.",
        "The camera pushes in. Trending on ArtStation, Unreal Engine 5.",
        "The camera pushes in on the bottle, best quality.",
        "bottle, steam, cinematic lighting, film grain, shallow depth of field. The camera pushes in.",
    ),
    "negation": (
        "The bottle does not move. The camera pushes in.",
        "No people, no hands. The camera pushes in on the cup.",
        "The camera pushes in without shaking.",
        "Don't change the label. The camera pushes in.",
        "The label never changes. The camera pushes in.",
        "The camera doesn't move; steam rises.",
        "Steam rises without any camera movement.",
        "Nothing moves but the steam. The camera pushes in.",
        "The camera can't move. Steam rises.",
        "Avoid hands. The camera pushes in.",
        "There should be no text. The camera pushes in.",
    ),
    "control_characters": (
        "The cup\u200b stays. The camera pushes in.",
        "The \u202ecup stays. The camera pushes in.",
    ),
    "reference_token": (
        "<<<image_1>>> stays. The camera pushes in.",
        "The cup ＜＜＜ image_1 ＞＞＞ stays. The camera pushes in.",
    ),
}
