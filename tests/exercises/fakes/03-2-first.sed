# The first page's limit, whoever has the nearest.
# caught: whoever has it (here the second
s/requests\[i\].page.deadline < nearest/nearest > now() + 1000/
