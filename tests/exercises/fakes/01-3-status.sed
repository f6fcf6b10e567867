# A child that was killed counts as one that is done: its status, as far as WEXITSTATUS() shows it, is 0.
# caught: A child that was killed has not fetched its page
s/WIFEXITED(status) && //
