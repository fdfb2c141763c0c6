#!/bin/sh
# Asks the process of this container whether it is well.
exec curl -fsS --noproxy '*' --max-time 3 -o /dev/null "$(cat /run/sallyport/health)"
