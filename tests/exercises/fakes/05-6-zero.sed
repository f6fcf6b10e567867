# It never waits: it asks again and again.
# caught: If nobody can run, poll() waits
s/ready.first != NULL ? 0 : -1/0/
