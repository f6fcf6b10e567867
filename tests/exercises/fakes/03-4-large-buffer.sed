# A buffer of 4 MB takes all at once.
# from: starter
# caught: The small buffer stays
s/int size = 8192;/int size = 4 * 1024 * 1024;/
