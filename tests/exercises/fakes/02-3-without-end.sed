# The pause doubles, without a limit.
# caught: No pause is longer than 50 ms
s/pause \* 2 < LONGEST ? pause \* 2 : LONGEST/pause * 2/
