# Rounded down to a hundredth of a second: then asked again and again.
# caught: so does one that is a little too short
s/ - now()) \* 1e6) + 1;/ - now()) * 1e2) * 10000;/
