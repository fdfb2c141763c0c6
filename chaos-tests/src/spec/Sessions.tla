-------------------------------- MODULE Sessions --------------------------------
(***************************************************************************)
(* The life of a connection in frames: delayed, overtaking each other on   *)
(* different sessions, lost when a session breaks.                          *)
(*                                                                          *)
(* One epoch, one port, leased to one opener, who opens connection after   *)
(* connection with it. Home and gate are given; every node may come to     *)
(* carry a connection. A frame to oneself goes through a queue as well.     *)
(* When a session breaks both ends know; what was in flight is void, and    *)
(* the new session begins with saying again what may have been lost.        *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets, TLC
CONSTANTS Nodes, Opener, Home, Gate, Connections, Breaks, Gives, Spares,
          RuleOrder,     \* frames from x to y arrive in the order in which they were sent
          RuleVoid,      \* what was in flight when a session broke never arrives
          RuleOpened,    \* a connection is given to others, and ended, only after its opener has said "opened"
          RuleBoth,      \* it is opened when home and gate have agreed
          RuleHomePut,   \* the home refuses a port that it knows
          RuleRegister,  \* whoever gives a copy away notes to whom
          RuleAckAll,    \* dropped by all, also by those to whom others gave it, before the port is free
          RuleHomeToo,   \* ... the home among them, if it was given one: that copy may still be on its way
          RuleGateLast,  \* a gate that another than the home asked to drop holds the key until the home asks
          RuleTold,      \* who tells the home of a copy in a new session has given it to the home, and asks it in a cascade
          RuleOldAsker,  \* who was asked to drop in a broken session answers only when asked again
          RuleForgotten, \* who lets a copy go has forgotten it before the home strikes him
          RuleVoided,    \* ... and the home does not if it has given it to him again meanwhile
          RuleNumbered,  \* ... nor by an answer to an earlier word
          RuleGaveNone,  \* who has given a copy to others does not let it go
          RuleNamed,     \* "free" names the connection: a late one does not free the port's next use
          RuleDoubt      \* a port is in doubt, not free, when its proposal was not answered
VARIABLES queue,    \* x -> y -> frames in flight
          stray,    \* x -> y -> frames of broken sessions, where those can still arrive
          copy,     \* node -> connection -> none | opening | open | ending
          carried,  \* node -> connections whose packets it forwards
          noted,    \* node -> connection -> to whom it gave it
          awaited,  \* node -> connection -> who has not answered a drop
          asker,    \* node -> connection -> who asked it to drop
          attempt, waits, \* opener: the open under way, and who has not agreed
          hand, lent,     \* opener: the port is in hand; the connection that has it
          asked,    \* opener: it has asked the home whether it knows the port
          sequence, breaks, gives,
          told,     \* at the home: connection -> node -> number of the word that it need not hold it; 0 where none counts
          spares    \* such words so far
vars == <<queue, stray, copy, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
None == 0
Nobody == -1
Ids == 1..Connections
F(type, c) == [type |-> type, c |-> c]
Numbered(type, c, n) == [type |-> type, c |-> c, n |-> n]

Init == /\ queue = [x \in Nodes |-> [y \in Nodes |-> <<>>]] /\ stray = [x \in Nodes |-> [y \in Nodes |-> {}]]
        /\ copy = [n \in Nodes |-> [c \in Ids |-> "none"]] /\ carried = [n \in Nodes |-> {}]
        /\ noted = [n \in Nodes |-> [c \in Ids |-> {}]] /\ awaited = [n \in Nodes |-> [c \in Ids |-> {}]]
        /\ asker = [n \in Nodes |-> [c \in Ids |-> None]] /\ attempt = None /\ waits = {}
        /\ hand = TRUE /\ lent = None /\ asked = FALSE /\ sequence = 0 /\ breaks = 0 /\ gives = 0
        /\ told = [c \in Ids |-> [n \in Nodes |-> 0]] /\ spares = 0

\* x sends S, a set of <<receiver, frame>> with at most one frame for each
Put(q, x, S) == [q EXCEPT ![x] = [y \in Nodes |-> IF \E s \in S : s[1] = y THEN Append(q[x][y], (CHOOSE s \in S : s[1] = y)[2]) ELSE q[x][y]]]
All(S, frame) == {<<y, frame>> : y \in S}

----------------------------------------------------------------------------
\* What a node does of itself

Open ==
  /\ hand /\ attempt = None /\ sequence < Connections
  /\ LET c == sequence + 1 IN
       /\ sequence' = c /\ hand' = FALSE /\ lent' = c /\ attempt' = c /\ waits' = {Home, Gate}
       /\ queue' = Put(queue, Opener, {<<Home, F("propose", c)>>})
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, asked, breaks, gives, told, spares>>
GiveUp ==
  /\ attempt # None /\ attempt' = None /\ waits' = {}
  /\ queue' = Put(queue, Opener, {<<Home, F("givenup", attempt)>>})
  /\ IF RuleDoubt THEN UNCHANGED <<hand, lent>> ELSE hand' = TRUE /\ lent' = None
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, asked, sequence, breaks, gives, told, spares>>
Give(y, x, c) == \* a packet came to x, and x asked y
  /\ x # y /\ gives < Gives /\ gives' = gives + 1 /\ copy[y][c] \in (IF RuleOpened THEN {"open"} ELSE {"open", "opening"}) /\ c \notin carried[x]
  /\ ~\E i \in 1..Len(queue[y][x]) : queue[y][x][i] = F("answer", c)
  /\ noted' = IF RuleRegister THEN [noted EXCEPT ![y][c] = @ \cup {x}] ELSE noted
  /\ queue' = Put(queue, y, {<<x, F("answer", c)>>})
  /\ told' = IF RuleVoided /\ y = Home THEN [told EXCEPT ![c][x] = 0] ELSE told
  /\ UNCHANGED <<stray, copy, carried, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, spares>>
GiveAgain(y, c) == \* the home tells a holder again what he may have missed: late, in a session that is long there
  /\ Spares > 0 /\ y # Home /\ y \in noted[Home][c] /\ copy[Home][c] = "open" /\ gives < Gives /\ gives' = gives + 1
  /\ queue' = Put(queue, Home, {<<y, F("keepopen", c)>>})
  /\ told' = IF RuleVoided THEN [told EXCEPT ![c][y] = 0] ELSE told
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, spares>>
Spare(x, c) == \* the home: it need not be held there; it was offered, or R is lower
  /\ spares < Spares /\ spares' = spares + 1 /\ x \notin {Home, Gate}
  /\ copy[Home][c] = "open" /\ (copy[x][c] # "none" \/ x \in noted[Home][c])
  /\ queue' = Put(queue, Home, {<<x, Numbered("spare", c, spares + 1)>>})
  /\ told' = [told EXCEPT ![c][x] = spares + 1]
  /\ noted' = [noted EXCEPT ![Home][c] = IF RuleForgotten THEN @ \cup {x} ELSE @ \ {x}] \* noted, whoever gave it to him: what he told the home himself is on its way perhaps
  /\ UNCHANGED <<stray, copy, carried, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives>>
AskOpener(c) ==
  /\ copy[Home][c] = "opening" /\ ~\E i \in 1..Len(queue[Home][Opener]) : queue[Home][Opener][i] = F("stillopening", c)
  /\ ~\E i \in 1..Len(queue[Opener][Home]) : queue[Opener][Home][i].type \in {"opened", "givenup"}
  /\ queue' = Put(queue, Home, {<<Opener, F("stillopening", c)>>})
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Audit ==
  /\ lent # None /\ attempt = None /\ ~asked /\ asked' = TRUE
  /\ queue' = Put(queue, Opener, {<<Home, F("whether", lent)>>})
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, hand, lent, sequence, breaks, gives, told, spares>>

\* The home ends a connection: all but the gate are asked, then the gate
DropAll(c, q) ==
  LET others == noted[Home][c] \ {Home, Gate}
      last == others = {} \/ ~RuleAckAll
      toGate == last /\ Gate # Home /\ Gate \in noted[Home][c]
      free == (last /\ ~toGate) \/ ~RuleAckAll
  IN /\ carried' = [carried EXCEPT ![Home] = @ \ {c}]
     /\ copy' = [copy EXCEPT ![Home][c] = IF free THEN "none" ELSE "ending"]
     /\ awaited' = [awaited EXCEPT ![Home][c] = IF free THEN {} ELSE IF toGate THEN {Gate} ELSE others]
     /\ noted' = IF free THEN [noted EXCEPT ![Home][c] = {}] ELSE noted
     /\ queue' = LET asks == Put(q, Home, All(IF toGate THEN others \cup {Gate} ELSE others, F("drop", c)))
                 IN IF free THEN Put(asks, Home, {<<Opener, F("freed", c)>>}) ELSE asks
End(c) ==
  /\ copy[Home][c] \in (IF RuleOpened THEN {"open"} ELSE {"open", "opening"}) /\ DropAll(c, queue)
  /\ UNCHANGED <<stray, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>

----------------------------------------------------------------------------
\* What a frame does: q is the queues without it

Proposed(c, q) ==
  /\ IF copy[Home][c] # "none" THEN queue' = q /\ UNCHANGED <<copy, noted>>
     ELSE IF RuleHomePut /\ \E d \in Ids : copy[Home][d] # "none"
     THEN queue' = Put(q, Home, {<<Opener, F("refused", c)>>}) /\ UNCHANGED <<copy, noted>>
     ELSE /\ copy' = [copy EXCEPT ![Home][c] = "opening"] /\ noted' = [noted EXCEPT ![Home][c] = {Home, Gate, Opener}]
          /\ queue' = IF Gate = Home THEN Put(q, Home, {<<Opener, F("agreed", c)>>})
                      ELSE Put(Put(q, Home, {<<Gate, F("keep", c)>>}), Home, {<<Opener, F("agreed", c)>>})
  /\ UNCHANGED <<stray, carried, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Kept(y, c, q) ==
  /\ copy' = IF copy[y][c] = "none" THEN [copy EXCEPT ![y][c] = "opening"] ELSE copy
  /\ queue' = IF copy[y][c] = "none" THEN Put(q, y, {<<Opener, F("agreed", c)>>}) ELSE q
  /\ UNCHANGED <<stray, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Agreed(x, c, q) ==
  LET rest == IF RuleBoth THEN waits \ {x} ELSE {} IN
  /\ IF attempt # c THEN queue' = q /\ UNCHANGED <<copy, carried, attempt, waits>>
     ELSE /\ waits' = rest
          /\ IF rest # {} THEN queue' = q /\ UNCHANGED <<copy, carried, attempt>>
             ELSE /\ attempt' = None /\ copy' = [copy EXCEPT ![Opener][c] = "open"] /\ carried' = [carried EXCEPT ![Opener] = @ \cup {c}]
                  /\ queue' = IF Home = Opener THEN Put(q, Home, All(noted[Home][c] \ {Home}, F("opened", c))) ELSE Put(q, Opener, {<<Home, F("opened", c)>>})
  /\ UNCHANGED <<stray, noted, awaited, asker, hand, lent, asked, sequence, breaks, gives, told, spares>>
Refused(c, q) ==
  /\ IF attempt = c THEN attempt' = None /\ waits' = {} /\ queue' = Put(q, Opener, {<<Home, F("givenup", c)>>})
     ELSE queue' = q /\ UNCHANGED <<attempt, waits>>
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, hand, lent, asked, sequence, breaks, gives, told, spares>>
Opened(x, y, c, q) ==
  /\ copy' = IF copy[y][c] = "opening" THEN [copy EXCEPT ![y][c] = "open"] ELSE copy
  /\ queue' = IF copy[y][c] = "opening" /\ y = Home THEN Put(q, Home, All(noted[Home][c] \ {Home, x}, F("opened", c))) ELSE q
  /\ UNCHANGED <<stray, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
GivenUp(c, q) ==
  /\ IF copy[Home][c] = "opening" THEN DropAll(c, q) ELSE queue' = q /\ UNCHANGED <<copy, carried, noted, awaited>>
  /\ UNCHANGED <<stray, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
StillOpening(c, q) ==
  /\ queue' = IF copy[Opener][c] \in {"open", "ending"} THEN Put(q, Opener, {<<Home, F("opened", c)>>})
              ELSE IF attempt # c THEN Put(q, Opener, {<<Home, F("givenup", c)>>}) ELSE q
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Answered(y, c, q) ==
  /\ IF copy[y][c] = "ending" THEN UNCHANGED <<copy, carried>>
     ELSE copy' = [copy EXCEPT ![y][c] = "open"] /\ carried' = [carried EXCEPT ![y] = @ \cup {c}]
  /\ queue' = q /\ UNCHANGED <<stray, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
KeptOpen(y, c, q) == \* said again by the home in a new session
  /\ copy' = IF copy[y][c] \in {"none", "opening"} THEN [copy EXCEPT ![y][c] = "open"] ELSE copy
  /\ queue' = q /\ UNCHANGED <<stray, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
HandedOver(x, c, kind, q) == \* told the home, in a new session, by one who has a copy
  LET mine == copy[Home][c] IN
  /\ copy' = [copy EXCEPT ![Home][c] = IF mine = "none" \/ (mine = "opening" /\ kind # "opening") \/ kind = "ending" THEN kind ELSE mine]
  /\ noted' = [noted EXCEPT ![Home][c] = @ \cup {Home, x}]
  /\ carried' = IF kind = "ending" THEN [carried EXCEPT ![Home] = @ \ {c}] ELSE carried
  /\ queue' = IF mine = "opening" /\ kind = "open" THEN Put(q, Home, All(noted[Home][c] \ {Home, x}, F("opened", c))) ELSE q
  /\ UNCHANGED <<stray, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
\* Nothing is under way any more, and yet it is there: no second connection of its inside key is let in
HoldsKey(x, y) == RuleGateLast /\ y = Gate /\ y # Home /\ x # Home
UnderWay(y, c) == copy[y][c] = "ending" /\ (y = Home \/ asker[y][c] # None)
AskedToDrop(x, y, c, q) ==
  LET others == IF RuleAckAll THEN noted[y][c] \ ({y, x} \cup IF RuleHomeToo THEN {} ELSE {Home}) ELSE {}
      first == asker[y][c] \* of two who ask one need not wait, since the other does: the home, if it is one of them
      waits2 == IF y # Home /\ (first = Nobody \/ x = Home) THEN x ELSE first
      free == {first, x} \ {waits2, None, Nobody} IN
  /\ IF copy[y][c] = "none" THEN queue' = Put(q, y, {<<x, F("dropped", c)>>}) /\ UNCHANGED <<copy, carried, noted, awaited, asker>>
     ELSE IF UnderWay(y, c)
     THEN /\ queue' = Put(q, y, All(free, F("dropped", c))) /\ asker' = [asker EXCEPT ![y][c] = waits2]
          /\ UNCHANGED <<copy, carried, noted, awaited>>
     ELSE /\ carried' = [carried EXCEPT ![y] = @ \ {c}]
          /\ copy' = [copy EXCEPT ![y][c] = IF others = {} /\ ~HoldsKey(x, y) THEN "none" ELSE "ending"]
          /\ awaited' = [awaited EXCEPT ![y][c] = others] /\ asker' = [asker EXCEPT ![y][c] = IF others = {} THEN None ELSE x]
          /\ noted' = IF others = {} THEN [noted EXCEPT ![y][c] = {}] ELSE noted
          /\ queue' = IF others = {} THEN Put(q, y, {<<x, F("dropped", c)>>}) ELSE Put(q, y, All(others, F("drop", c)))
  /\ UNCHANGED <<stray, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Dropped(x, y, c, q) ==
  LET rest == awaited[y][c] \ {x}
      toGate == y = Home /\ Gate # Home /\ Gate \in noted[y][c] \ {x} IN
  /\ IF ~UnderWay(y, c) THEN queue' = q /\ UNCHANGED <<copy, noted, awaited, asker>>
     ELSE IF rest # {} \/ toGate
     THEN /\ noted' = [noted EXCEPT ![y][c] = @ \ {x}] /\ UNCHANGED <<copy, asker>>
          /\ awaited' = [awaited EXCEPT ![y][c] = IF rest = {} THEN {Gate} ELSE rest]
          /\ queue' = IF rest = {} THEN Put(q, y, {<<Gate, F("drop", c)>>}) ELSE q
     ELSE /\ noted' = [noted EXCEPT ![y][c] = {}] /\ awaited' = [awaited EXCEPT ![y][c] = {}]
          /\ copy' = [copy EXCEPT ![y][c] = IF HoldsKey(asker[y][c], y) THEN "ending" ELSE "none"] /\ asker' = [asker EXCEPT ![y][c] = None]
          /\ queue' = Put(q, y, IF y = Home THEN {<<Opener, F("freed", c)>>} ELSE IF asker[y][c] = Nobody THEN {} ELSE {<<asker[y][c], F("dropped", c)>>})
  /\ UNCHANGED <<stray, carried, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Freed(c, q) ==
  /\ IF lent # None /\ (RuleNamed => lent = c) THEN hand' = TRUE /\ lent' = None ELSE UNCHANGED <<hand, lent>>
  /\ queue' = q /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, asked, sequence, breaks, gives, told, spares>>
Whether(c, q) ==
  /\ queue' = Put(q, Home, {<<Opener, F(IF \E d \in Ids : copy[Home][d] # "none" THEN "known" ELSE "unknown", c)>>})
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
Told(known, c, q) ==
  /\ asked' = FALSE /\ queue' = q
  /\ IF asked /\ ~known /\ lent = c THEN hand' = TRUE /\ lent' = None ELSE UNCHANGED <<hand, lent>>
  /\ UNCHANGED <<stray, copy, carried, noted, awaited, asker, attempt, waits, sequence, breaks, gives, told, spares>>

MayGo(x, c) == copy[x][c] = "open" /\ (RuleGaveNone => noted[x][c] \subseteq {x, Home})
Spared(y, c, n, q) == \* at the holder: it may be of use there
  /\ \/ /\ MayGo(y, c) /\ queue' = Put(q, y, {<<Home, Numbered("spared", c, n)>>})
        /\ copy' = [copy EXCEPT ![y][c] = "none"] /\ carried' = [carried EXCEPT ![y] = @ \ {c}] /\ noted' = [noted EXCEPT ![y][c] = {}]
     \/ copy[y][c] = "none" /\ queue' = Put(q, y, {<<Home, Numbered("spared", c, n)>>}) /\ UNCHANGED <<copy, carried, noted>>
     \/ copy[y][c] # "none" /\ queue' = Put(q, y, {<<Home, Numbered("kept", c, n)>>}) /\ UNCHANGED <<copy, carried, noted>>
  /\ UNCHANGED <<stray, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, told, spares>>
LetGo(x, c, n, gone, q) == \* at the home
  LET counts == IF RuleNumbered THEN told[c][x] = n ELSE told[c][x] # 0 IN
  /\ queue' = q /\ told' = IF counts THEN [told EXCEPT ![c][x] = 0] ELSE told
  /\ noted' = IF gone /\ counts THEN [noted EXCEPT ![Home][c] = @ \ {x}] ELSE noted
  /\ UNCHANGED <<stray, copy, carried, awaited, asker, attempt, waits, hand, lent, asked, sequence, breaks, gives, spares>>

Handle(x, y, f, q) ==
  \/ f.type = "propose" /\ Proposed(f.c, q)
  \/ f.type = "keep" /\ Kept(y, f.c, q)
  \/ f.type = "agreed" /\ Agreed(x, f.c, q)
  \/ f.type = "refused" /\ Refused(f.c, q)
  \/ f.type = "opened" /\ Opened(x, y, f.c, q)
  \/ f.type = "givenup" /\ GivenUp(f.c, q)
  \/ f.type = "stillopening" /\ StillOpening(f.c, q)
  \/ f.type = "answer" /\ Answered(y, f.c, q)
  \/ f.type = "keepopen" /\ KeptOpen(y, f.c, q)
  \/ f.type \in {"opening", "open", "ending"} /\ HandedOver(x, f.c, f.type, q)
  \/ f.type = "spare" /\ Spared(y, f.c, f.n, q)
  \/ f.type \in {"spared", "kept"} /\ LetGo(x, f.c, f.n, f.type = "spared", q)
  \/ f.type = "drop" /\ AskedToDrop(x, y, f.c, q)
  \/ f.type = "dropped" /\ Dropped(x, y, f.c, q)
  \/ f.type = "freed" /\ Freed(f.c, q)
  \/ f.type = "whether" /\ Whether(f.c, q)
  \/ f.type = "known" /\ Told(TRUE, f.c, q)
  \/ f.type = "unknown" /\ Told(FALSE, f.c, q)

Without(s, i) == SubSeq(s, 1, i - 1) \o SubSeq(s, i + 1, Len(s))
Arrive(x, y) ==
  \E i \in 1..Len(queue[x][y]) :
    /\ RuleOrder => i = 1
    /\ Handle(x, y, queue[x][y][i], [queue EXCEPT ![x][y] = Without(@, i)])
\* A frame of a broken session is in no queue; it is handled like any other, and forgotten by the next break
StrayArrives(x, y) == \E f \in stray[x][y] : Handle(x, y, f, queue)

Again(x, y) == \* what x says first in a new session to y
  LET Said(c) == (IF x = Home /\ copy[x][c] = "open" /\ y \in noted[x][c] THEN <<F("keepopen", c)>> ELSE <<>>)
                 \o (IF y = Home /\ copy[x][c] # "none" THEN <<F(copy[x][c], c)>> ELSE <<>>)
                 \o (IF y \in awaited[x][c] THEN <<F("drop", c)>> ELSE <<>>)
      RECURSIVE From(_)
      From(c) == IF c > Connections THEN <<>> ELSE Said(c) \o From(c + 1)
  IN From(1)
Break(x, y) ==
  /\ x # y /\ breaks < Breaks /\ breaks' = breaks + 1
  /\ LET concerned == Opener \in {x, y}
         peer == IF x = Opener THEN y ELSE x
         fails == concerned /\ attempt # None /\ (peer = Home \/ peer \in waits)
         fresh == [queue EXCEPT ![x][y] = Again(x, y), ![y][x] = Again(y, x)]
     IN /\ queue' = IF fails THEN Put(fresh, Opener, {<<Home, F("givenup", attempt)>>}) ELSE fresh
        /\ attempt' = IF fails THEN None ELSE attempt
        /\ waits' = IF fails THEN {} ELSE waits
        /\ asked' = IF concerned /\ peer = Home THEN FALSE ELSE asked
        /\ asker' = IF RuleOldAsker THEN [n \in Nodes |-> [c \in Ids |-> IF <<n, asker[n][c]>> \in {<<x, y>>, <<y, x>>} THEN Nobody ELSE asker[n][c]]] ELSE asker
        /\ stray' = IF RuleVoid THEN stray
                    ELSE [stray EXCEPT ![x][y] = {queue[x][y][i] : i \in 1..Len(queue[x][y])}, ![y][x] = {queue[y][x][i] : i \in 1..Len(queue[y][x])}]
        /\ noted' = [n \in Nodes |-> [c \in Ids |-> IF RuleTold /\ {n, Home} = {x, y} /\ n # Home /\ copy[n][c] # "none" THEN noted[n][c] \cup {Home} ELSE noted[n][c]]]
        /\ told' = IF RuleVoided THEN [c \in Ids |-> [n \in Nodes |-> IF {Home, n} = {x, y} /\ copy[Home][c] = "open" /\ n \in noted[Home][c] THEN 0 ELSE told[c][n]]] ELSE told
  /\ UNCHANGED <<copy, carried, awaited, hand, lent, sequence, gives, spares>>

Next == \/ Open \/ GiveUp \/ Audit
        \/ \E c \in Ids : \/ AskOpener(c) \/ End(c)
                          \/ \E x, y \in Nodes : Give(y, x, c)
                          \/ \E x \in Nodes : GiveAgain(x, c) \/ Spare(x, c)
        \/ \E x, y \in Nodes : Arrive(x, y) \/ StrayArrives(x, y) \/ (x < y /\ Break(x, y))
Spec == Init /\ [][Next]_vars

Carried == UNION {carried[n] : n \in Nodes}
Unique == Cardinality(Carried) <= 1
HandClean == hand => Carried = {}
Held == \A c \in Carried : copy[Home][c] # "none" /\ (copy[Home][c] # "ending" => copy[Gate][c] # "none") \* A5: home and gate have it
KeyHeld == \A c \in Carried : copy[Gate][c] # "none" \* A4: while anyone forwards it, the gate lets no second connection of its key in
=================================================================================
