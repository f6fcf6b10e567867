# A timer of 0: the steps take turns, but nobody has waited.
# caught: 0.05 s after the last one
s/&c->timer, STEP/\&c->timer, 0/
