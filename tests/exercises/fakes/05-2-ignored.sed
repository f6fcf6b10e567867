# It does not ask whether A has failed: a link is a link.
# caught: there is no B, also if A has said a link
s/^    if (!fetch(chain->id, chain->url, said))/    fetch(chain->id, chain->url, said);/
/^        return;$/d
