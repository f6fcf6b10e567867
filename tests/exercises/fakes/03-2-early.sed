# A page is given up when it is nearly time, so that nothing is missed.
# caught: given up when its time is over, and not before
s/page.deadline < nearest)/page.deadline - 0.1 < nearest)/
s/nearest = requests\[i\].page.deadline;/nearest = requests[i].page.deadline - 0.1;/
s/page.deadline <= now()/page.deadline - 0.1 <= now()/
