---------------------------------- MODULE Pools ----------------------------------
(***************************************************************************)
(* An elastic IP moves to another owner, is released and attached anew: the *)
(* generations of its pool share addresses and ports, but not leases (they  *)
(* may even lie in different lease groups; an instance that has the whole   *)
(* address needs none at all). The new one is used when all have dropped    *)
(* the old one.                                                             *)
(*                                                                          *)
(* One port; the generation of catalog version v is v + 1, and its owner    *)
(* that of v - 2: what moved away may move back. Whoever forwards on one    *)
(* generation while another does on another shares an outside tuple with    *)
(* him.                                                                     *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC
CONSTANTS Nodes, First, MaxVersion,
          RuleDropped,   \* a generation opens when every member that is not dead ...
          RuleAwayToo,   \* ... live or away ...
          RuleAfter,     \* ... has said that it obeys its version, which it says after it dropped what was of another
          RuleBorn,      \* a new member opens and carries nothing before its catalog is as new as its Join
          RuleForward,   \* a node's catalog never goes back, whichever store it is read from
          RuleTaken,     \* a node takes no copy of a pool that its catalog does not know
          RuleLife,      \* what is dropped is told by its generation, not by its owner
          RuleFence      \* dead only after its own clock stopped it
VARIABLES status,   \* node -> out | live | away | dead
          version,  \* the catalog's
          handed,   \* generations that are open, once and for good: their lease groups may lag
          catalog,  \* node -> version it has read
          obeys,    \* node -> version that its packets obey
          told,     \* node -> version that the store knows it obeys
          since,    \* node -> catalog version at its Join
          fenced,
          uses      \* node -> generations that it forwards on
vars == <<status, version, handed, catalog, obeys, told, since, fenced, uses>>
NotDead == {n \in Nodes : status[n] \in {"live", "away"}}
Runs(n) == status[n] # "out" /\ ~fenced[n]

Life(v) == v + 1
Same(g, v) == IF RuleLife THEN g = Life(v) ELSE g % 2 = Life(v) % 2

Init == /\ status = [n \in Nodes |-> IF n \in First THEN "live" ELSE "out"] /\ version = 0 /\ handed = {Life(0)}
        /\ catalog = [n \in Nodes |-> 0] /\ obeys = [n \in Nodes |-> 0] /\ told = [n \in Nodes |-> 0] /\ since = [n \in Nodes |-> 0]
        /\ fenced = [n \in Nodes |-> FALSE] /\ uses = [n \in Nodes |-> {}]

Release == /\ version < MaxVersion /\ version' = version + 1
           /\ UNCHANGED <<status, handed, catalog, obeys, told, since, fenced, uses>>
HandOut == /\ Life(version) \notin handed /\ handed' = handed \cup {Life(version)}
           /\ RuleDropped => \A n \in NotDead : (status[n] = "away" /\ ~RuleAwayToo) \/ told[n] >= version
           /\ UNCHANGED <<status, version, catalog, obeys, told, since, fenced, uses>>
Read(n, v) == \* from any store: some lag
  /\ Runs(n) /\ v <= version /\ v # catalog[n] /\ (RuleForward => v > catalog[n]) /\ catalog' = [catalog EXCEPT ![n] = v]
  /\ obeys' = IF v < obeys[n] THEN [obeys EXCEPT ![n] = v] ELSE obeys
  /\ UNCHANGED <<status, version, handed, told, since, fenced, uses>>
Drop(n) == \* all that is of another generation
  /\ Runs(n) /\ obeys[n] < catalog[n] /\ obeys' = [obeys EXCEPT ![n] = catalog[n]]
  /\ uses' = [uses EXCEPT ![n] = {g \in @ : Same(g, catalog[n])}]
  /\ UNCHANGED <<status, version, handed, catalog, told, since, fenced>>
Tell(n) ==
  LET v == IF RuleAfter THEN obeys[n] ELSE catalog[n] IN
  /\ Runs(n) /\ told[n] # v /\ told' = [told EXCEPT ![n] = v]
  /\ UNCHANGED <<status, version, handed, catalog, obeys, since, fenced, uses>>
May(n) == Runs(n) /\ status[n] = "live" /\ (RuleBorn => obeys[n] >= since[n])
Open(n, g) == \* the old pool's group may lag, and grant on
  /\ May(n) /\ g \notin uses[n] /\ g = Life(obeys[n]) /\ g \in handed
  /\ uses' = [uses EXCEPT ![n] = @ \cup {g}]
  /\ UNCHANGED <<status, version, handed, catalog, obeys, told, since, fenced>>
Take(n, m, g) ==
  /\ May(n) /\ Runs(m) /\ g \in uses[m] \ uses[n] /\ (RuleTaken => Same(g, obeys[n]))
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
                            \/ \E v \in 0..MaxVersion : Read(n, v)
                            \/ \E g \in 1..(MaxVersion + 1) : Open(n, g) \/ \E m \in Nodes : Take(n, m, g)
Spec == Init /\ [][Next]_vars
Alike == Permutations(First) \cup Permutations(Nodes \ First)

Unique == \A m, n \in Nodes : \A g \in uses[m], h \in uses[n] : g = h
=================================================================================
