# It ends when the first page is over, and leaves the others where they are.
# caught: A page is fetched
s/^    while (left > 0)/    while (left == options.url_count)/
