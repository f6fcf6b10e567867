# A pause of 20 ms, always.
# caught: The first pause after something has come
s/^            pause_for(pause);/            pause_for(20);/
