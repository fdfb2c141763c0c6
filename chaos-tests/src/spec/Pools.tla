---------------------------------- MODULE Pools ----------------------------------
(***************************************************************************)
(* An elastic IP is released and attached anew: the pool's generations     *)
(* share addresses and ports, but not leases (they may even lie in         *)
(* different lease groups). The new one grants when all have dropped the   *)
(* old one.                                                                 *)
(*                                                                          *)
(* One port; generation 1 until catalog version 1, generation 2 from then  *)
(* on. Whoever forwards on generation 1 while another does on generation 2 *)
(* shares an outside tuple with him.                                       *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC
CONSTANTS Nodes, First,
          RuleDropped,   \* generation 2 is handed to its lease group when every member that is not dead ...
          RuleAwayToo,   \* ... live or away ...
          RuleAfter,     \* ... has said that it obeys version 1, which it says after it dropped what was of generation 1
          RuleBorn,      \* a new member opens and carries nothing before its catalog is as new as its Join
          RuleForward,   \* a node's catalog never goes back, whichever store it is read from
          RuleTaken,     \* a node takes no copy of a pool that its catalog does not know
          RuleFence      \* dead only after its own clock stopped it
VARIABLES status,   \* node -> out | live | away | dead
          version,  \* the catalog's: 0 or 1
          handed,   \* generation 2 grants
          catalog,  \* node -> version it has read
          obeys,    \* node -> version that its packets obey
          told,     \* node -> version that the store knows it obeys
          since,    \* node -> catalog version at its Join
          fenced,
          uses      \* node -> generations that it forwards on
vars == <<status, version, handed, catalog, obeys, told, since, fenced, uses>>
NotDead == {n \in Nodes : status[n] \in {"live", "away"}}
Runs(n) == status[n] # "out" /\ ~fenced[n]

Init == /\ status = [n \in Nodes |-> IF n \in First THEN "live" ELSE "out"] /\ version = 0 /\ handed = FALSE
        /\ catalog = [n \in Nodes |-> 0] /\ obeys = [n \in Nodes |-> 0] /\ told = [n \in Nodes |-> 0] /\ since = [n \in Nodes |-> 0]
        /\ fenced = [n \in Nodes |-> FALSE] /\ uses = [n \in Nodes |-> {}]

Release == /\ version = 0 /\ version' = 1 /\ UNCHANGED <<status, handed, catalog, obeys, told, since, fenced, uses>>
HandOut == /\ version = 1 /\ ~handed /\ handed' = TRUE
           /\ RuleDropped => \A n \in NotDead : (status[n] = "away" /\ ~RuleAwayToo) \/ told[n] = 1
           /\ UNCHANGED <<status, version, catalog, obeys, told, since, fenced, uses>>
Read(n, v) == \* from any store: some lag
  /\ Runs(n) /\ v <= version /\ v # catalog[n] /\ (RuleForward => v > catalog[n]) /\ catalog' = [catalog EXCEPT ![n] = v]
  /\ obeys' = IF v < obeys[n] THEN [obeys EXCEPT ![n] = v] ELSE obeys
  /\ UNCHANGED <<status, version, handed, told, since, fenced, uses>>
Drop(n) == \* all that is of generation 1
  /\ Runs(n) /\ catalog[n] = 1 /\ obeys[n] = 0 /\ obeys' = [obeys EXCEPT ![n] = 1] /\ uses' = [uses EXCEPT ![n] = @ \ {1}]
  /\ UNCHANGED <<status, version, handed, catalog, told, since, fenced>>
Tell(n) ==
  LET v == IF RuleAfter THEN obeys[n] ELSE catalog[n] IN
  /\ Runs(n) /\ told[n] # v /\ told' = [told EXCEPT ![n] = v]
  /\ UNCHANGED <<status, version, handed, catalog, obeys, since, fenced, uses>>
May(n) == Runs(n) /\ status[n] = "live" /\ (RuleBorn => obeys[n] >= since[n])
Open(n, g) == \* the old pool's group may lag, and grant on
  /\ May(n) /\ g \notin uses[n] /\ (IF g = 1 THEN obeys[n] = 0 ELSE obeys[n] = 1 /\ handed)
  /\ uses' = [uses EXCEPT ![n] = @ \cup {g}]
  /\ UNCHANGED <<status, version, handed, catalog, obeys, told, since, fenced>>
Take(n, m, g) ==
  /\ May(n) /\ Runs(m) /\ g \in uses[m] \ uses[n] /\ (RuleTaken => (g = 1) = (obeys[n] = 0))
  /\ uses' = [uses EXCEPT ![n] = @ \cup {g}]
  /\ UNCHANGED <<status, version, handed, catalog, obeys, told, since, fenced>>
Join(n) == /\ status[n] = "out" /\ status' = [status EXCEPT ![n] = "live"] /\ since' = [since EXCEPT ![n] = version]
           /\ UNCHANGED <<version, handed, catalog, obeys, told, fenced, uses>>
Away(n) == /\ status[n] = "live" /\ status' = [status EXCEPT ![n] = "away"]
           /\ UNCHANGED <<version, handed, catalog, obeys, told, since, fenced, uses>>
Back(n) == /\ status[n] = "away" /\ Runs(n) /\ status' = [status EXCEPT ![n] = "live"]
           /\ UNCHANGED <<version, handed, catalog, obeys, told, since, fenced, uses>>
Expire(n) == /\ Runs(n) /\ fenced' = [fenced EXCEPT ![n] = TRUE] /\ uses' = [uses EXCEPT ![n] = {}]
             /\ UNCHANGED <<status, version, handed, catalog, obeys, told, since>>
Dead(n) == /\ status[n] \in {"live", "away"} /\ (RuleFence => fenced[n]) /\ status' = [status EXCEPT ![n] = "dead"]
           /\ UNCHANGED <<version, handed, catalog, obeys, told, since, fenced, uses>>

Next == \/ Release \/ HandOut
        \/ \E n \in Nodes : \/ Drop(n) \/ Tell(n) \/ Join(n) \/ Away(n) \/ Back(n) \/ Expire(n) \/ Dead(n)
                            \/ \E v \in {0, 1} : Read(n, v)
                            \/ \E g \in {1, 2} : Open(n, g) \/ \E m \in Nodes : Take(n, m, g)
Spec == Init /\ [][Next]_vars
Alike == Permutations(First) \cup Permutations(Nodes \ First)

Unique == ~\E m, n \in Nodes : 1 \in uses[m] /\ 2 \in uses[n]
=================================================================================
