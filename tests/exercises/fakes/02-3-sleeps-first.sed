# It sleeps until the page has surely come, and then asks once.
# caught: first pause after something has come is 1 ms at most
s/^    long pause = 1;/&\
    pause_for(900);/
