---------------------------------- MODULE Lives ----------------------------------
(***************************************************************************)
(* A node's process dies, and its machine's kernel goes on forwarding. The *)
(* next process begins a new life, or goes on with the old one.            *)
(*                                                                          *)
(* One node, which may be started on several machines; one port; other     *)
(* nodes keep copies and may carry ("elsewhere"). A machine's kernel table *)
(* has one horizon, whoever wrote the entries.                              *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC
CONSTANTS Machines, MaxLives, MaxConns,
          RuleFlush,     \* a new life begins with an empty kernel table
          RuleMachine,   \* only on the former life's machine does a Join make that one dead at once
          RuleBoot,      \* a life is gone on with only in the same boot, with its kernel table (and within its horizon) ...
          RuleDoubt,     \* ... and then everything leased is in doubt, not in hand
          RuleFence      \* elsewhere it is dead only after its horizon has passed
VARIABLES process,  \* machine -> the life that runs there, None
          kernel,   \* machine -> connections that it forwards while its horizon lasts
          until,    \* machine -> its horizon lasts
          booted,   \* machine -> the life that wrote the kernel table since it booted, None
          status, place, \* life -> none | live | dead; its machine
          lease,    \* the port's lessee, None
          hand,     \* lives that may open with the port
          opener,   \* connection -> life
          known,    \* connections that their home knows
          elsewhere \* ... and that other nodes carry
vars == <<process, kernel, until, booted, status, place, lease, hand, opener, known, elsewhere>>
None == 0
Lives == 1..MaxLives
Conns == 1..MaxConns
Used == {l \in Lives : status[l] # "none"}
Runs(l) == process[place[l]] = l /\ until[place[l]]
Init == /\ process = [m \in Machines |-> None] /\ kernel = [m \in Machines |-> {}] /\ until = [m \in Machines |-> FALSE]
        /\ booted = [m \in Machines |-> None] /\ status = [l \in Lives |-> "none"] /\ place = [l \in Lives |-> CHOOSE m \in Machines : TRUE]
        /\ lease = None /\ hand = {} /\ opener = [c \in Conns |-> None] /\ known = {} /\ elsewhere = {}

Join(m) ==
  LET l == Cardinality(Used) + 1  former == {x \in Used : status[x] = "live"} IN
  /\ process[m] = None /\ l \in Lives
  /\ RuleMachine => \A x \in former : place[x] = m
  /\ status' = [x \in Lives |-> IF x = l THEN "live" ELSE IF x \in former THEN "dead" ELSE status[x]]
  /\ place' = [place EXCEPT ![l] = m] /\ process' = [process EXCEPT ![m] = l] /\ until' = [until EXCEPT ![m] = TRUE]
  /\ kernel' = IF RuleFlush THEN [kernel EXCEPT ![m] = {}] ELSE kernel
  /\ booted' = [booted EXCEPT ![m] = l]
  /\ UNCHANGED <<lease, hand, opener, known, elsewhere>>
Adopt(m, l) ==
  /\ process[m] = None /\ status[l] = "live" /\ place[l] = m /\ until[m]
  /\ RuleBoot => booted[m] = l
  /\ process' = [process EXCEPT ![m] = l] /\ until' = [until EXCEPT ![m] = TRUE] /\ booted' = [booted EXCEPT ![m] = l]
  /\ hand' = IF ~RuleDoubt /\ lease = l /\ kernel[m] = {} THEN hand \cup {l} ELSE hand
  /\ UNCHANGED <<kernel, status, place, lease, opener, known, elsewhere>>
Crash(m) == /\ process[m] # None /\ process' = [process EXCEPT ![m] = None] /\ hand' = hand \ {process[m]}
            /\ UNCHANGED <<kernel, until, booted, status, place, lease, opener, known, elsewhere>>
Boot(m) == /\ booted[m] # None /\ process' = [process EXCEPT ![m] = None] /\ kernel' = [kernel EXCEPT ![m] = {}]
           /\ hand' = hand \ {process[m]} /\ booted' = [booted EXCEPT ![m] = None]
           /\ UNCHANGED <<until, status, place, lease, opener, known, elsewhere>>
Expire(m) == /\ until[m] /\ until' = [until EXCEPT ![m] = FALSE] /\ process' = [process EXCEPT ![m] = None] /\ hand' = hand \ {process[m]}
             /\ UNCHANGED <<kernel, booted, status, place, lease, opener, known, elsewhere>>
Dead(l) == /\ status[l] = "live" /\ (RuleFence => ~until[place[l]]) /\ status' = [status EXCEPT ![l] = "dead"]
           /\ UNCHANGED <<process, kernel, until, booted, place, lease, hand, opener, known, elsewhere>>

Acquire(l) == /\ Runs(l) /\ status[l] = "live" /\ lease = None /\ lease' = l /\ hand' = hand \cup {l}
              /\ UNCHANGED <<process, kernel, until, booted, status, place, opener, known, elsewhere>>
Open(l) ==
  /\ Runs(l) /\ l \in hand /\ \E c \in Conns : /\ opener[c] = None /\ \A d \in 1..(c - 1) : opener[d] # None
       /\ opener' = [opener EXCEPT ![c] = l] /\ known' = known \cup {c}
       /\ kernel' = [kernel EXCEPT ![place[l]] = @ \cup {c}]
  /\ hand' = hand \ {l}
  /\ UNCHANGED <<process, until, booted, status, place, lease, elsewhere>>
Carry(c) == /\ c \in known \ elsewhere /\ elsewhere' = elsewhere \cup {c}
            /\ UNCHANGED <<process, kernel, until, booted, status, place, lease, hand, opener, known>>
End(c) == \* asked of a member whose process answers; the dead are not asked; who does not answer is waited for
  LET l == opener[c]  m == place[l] IN
  /\ c \in known /\ (Runs(l) \/ status[l] = "dead")
  /\ known' = known \ {c} /\ elsewhere' = elsewhere \ {c}
  /\ kernel' = IF Runs(l) THEN [kernel EXCEPT ![m] = @ \ {c}] ELSE kernel
  /\ hand' = IF Runs(l) /\ status[l] = "live" /\ lease = l THEN hand \cup {l} ELSE hand
  /\ UNCHANGED <<process, until, booted, status, place, lease, opener>>
Audit(l) == /\ Runs(l) /\ status[l] = "live" /\ lease = l /\ l \notin hand /\ known = {} /\ hand' = hand \cup {l}
            /\ UNCHANGED <<process, kernel, until, booted, status, place, lease, opener, known, elsewhere>>
Reconcile == /\ lease # None /\ status[lease] = "dead" /\ known = {} /\ lease' = None
             /\ UNCHANGED <<process, kernel, until, booted, status, place, hand, opener, known, elsewhere>>

Next == \/ \E m \in Machines : Join(m) \/ Crash(m) \/ Boot(m) \/ Expire(m) \/ \E l \in Used : Adopt(m, l)
        \/ \E l \in Used : Dead(l) \/ Acquire(l) \/ Open(l) \/ Audit(l)
        \/ \E c \in Conns : Carry(c) \/ End(c)
        \/ Reconcile
Spec == Init /\ [][Next]_vars

Wire == elsewhere \cup UNION {IF until[m] THEN kernel[m] ELSE {} : m \in Machines}
Unique == Cardinality(Wire) <= 1
HandClean == (\E l \in hand : Runs(l)) => Wire = {}
FreeClean == lease = None => Wire = {}
==================================================================================
