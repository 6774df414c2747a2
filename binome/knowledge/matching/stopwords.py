"""Small words of French and English that say nothing of the subject, accents folded."""

_FRENCH = """
a ai aie aient ainsi alors apres as au aucun aucune aura aurai aurait aussi autre autres aux avait avais avant avec
avez avoir avons ayant c ca car ce ceci cela celle celles celui ces cet cette ceux chez ci comme comment d dans de
dedans dehors deja depuis des dessus dire dit dois doit donc dont du elle elles en encore enfin entre es est et etaient
etais etait etant ete etes etre eu eux fais faire fait faites fallait faut font ici il ils j je l la le les leur leurs
lui m ma mais me meme memes mes mien moi moins mon n ne ni non nos notre nous on ont or ou oui par parce pas pendant
peu peut peuvent peux plus plutot pour pourquoi pourrait pouvez pouvoir puis puisque qu quand que quel quelle quelles
quels quelque quelques qui quoi s sa sans se sera serait ses si sien soi soit sommes son sont sous suis sur t ta tandis
te tel telle tes toi ton tous tout toute toutes tres trop tu un une va vais vas veut veux voici voila vont vos votre
voudrais voulez vouloir vous vu y svp stp merci bonjour bonsoir salut coucou sil plait besoin cas savoir sais
"""
_ENGLISH = """
a about after again all also am an and any are as at be because been before being but by can could did do does doing
for from get getting go going got had has have having he hello help her here hey hi him his how i if im in into is it
its just know like ll m may me more most my need no not now of off on once only or other our out over own please re s
same she should so some such t than thank thanks that the their them then there these they this those through to too
under until up us ve very want was way we were what when where which while who whom why will with would you your
"""
FRENCH = frozenset(_FRENCH.split())
ENGLISH = frozenset(_ENGLISH.split())
STOPWORDS = FRENCH | ENGLISH
