"""Small words by which another language than English is recognised.

It must not hold a word that is English too, or one that people type for an English one.
"""

from __future__ import annotations

WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "de": """
            aber alles als auch auf aus bei beim bin bitte danke das dass dein dem den deren der deshalb dich dir doch
            du durch ein eine einem einen einer eines einfach er es etwas euch euer eure eurem euren für gar ganz geht
            gekündigt genug geworden gibt habe haben hab hatte hätte hast ich ihm ihn ihnen ihr ihre ihren ihrer ihrem
            immer ist ja jetzt kann kein keine keinen können könnte kündigen kündigung leider mal mehr mein meine
            meinen meiner mich mir mit möchte muss müssen nach nein nicht nichts nie niemand nur ob oder ohne preis
            preise schlecht schon sehr seit sich sie sind teuer über und uns unser unsere viel vom von vor warum weil
            wenn wer werden wie wieder wird wir wurde wurden zu zum zur zuviel zwischen euro deutsch sprechen
            kundendienst kundenservice app ständig zufrieden anbieter geld funktioniert brauche umgezogen umzug ziehe
            lieferung kommt
        """,
        "fr": """
            à abonnement alors assez aucun aucune au aussi aux avec avez avoir beaucoup bonjour ça car ce cela ces cet
            cette chez cher chère comme dans de depuis des deux donc du elle en encore est et été être eu fait faut
            ils j'ai je jamais la le les leur leurs lui ma mais mal merci mes mieux moi moins mon n'ai ne ni nos notre
            nous on ou où parce pas pendant peu peux plus pour pourquoi prix puis qu'il quand que quelque qui rien
            s'il sa sans se ses si son sont souvent suis sur ta tout toute toujours très trop tu un une vers veux
            voilà vos votre vous résilier résiliation service français parlez problème argent utilise déménage
            déménagé livraison fonctionne c'est d'un l'application
        """,
        "es": """
            ahora al algo alguien antes aquí así aunque bien buenos buenas cada caro cara como con cuando cuenta dar
            darme de del demasiado desde donde dos el ella ellos en era eran es esa ese eso esta está están este esto
            estoy fue gracias ha hace hacer han hasta hay he hola las le les lo los más me mejor mi mis mucho muchos
            muy nada nadie ni nos nunca otra otro para pero poco por porque precio precios puede puedo pues que qué
            quiero quien se ser servicio si siempre sin sobre solo son soy su sus también tan te tengo tiene tienen
            tienes todo todos tu un una uno usted ustedes vez voy y ya yo dinero español hablan funciona mudo pedido
            cliente atención responde necesito gusta calidad aplicación cancelar suscripción
        """,
        "it": """
            abbonamento abbiamo adesso ai alla alle allo anche ancora avere avete bene c'è che chi ci ciao come con
            cosa così costa costoso cui da dal dalla degli dei del della delle dello dopo dove due e è era essere fa
            fare gli grazie ha hai hanno ho il in io l'app la le lei li lo loro ma mai mi mia mie mio molto ne nel
            nella nessuno niente noi non nostro nulla ogni ora per perché però più poco poi prezzo prezzi prima può
            qualcosa quando quello questa questo qui sei sempre senza servizio si sia siamo siete solo sono sta stato
            sto su sua sul suo suoi tanto te ti troppo tu tua tuo tutto tutti un una uno va vi voglio vostra vostro
            italiano parlate funziona trasferisco soldi trovato meglio disdire caro cara
        """,
        "pt": """
            agora ainda alguém algo antes ao aos apenas aqui as assim até bem boa bom cada cancelar caro cara com como
            da das de demais depois desde do dos e é ela ele eles em era essa esse esta está estão este estou eu faz
            fazer foi gostei há isso isto já lhe mais mas me melhor meu meus minha minhas muito muita muitos na não
            nada nas nem ninguém no nos nós nossa nosso nunca o obrigada obrigado olá ou outra outro para pela pelo
            pois por porque preço preços pode posso pouco pra quando que quem quero são se sem sempre ser serviço seu
            seus só sou sua suas também tem tenho ter tinha toda todo tudo um uma você vocês vou português funciona
            dinheiro assinatura mudei
        """,
        "nl": """
            aan abonnement alleen als altijd ben bij bent dag dan dank dat daar de deze die dit door duur een eens
            elke en er erg gaat gaan geen geld genoeg goed goedkoper haar had heb hebben hebt heeft het hier hij hoe
            hun ik iets iemand ja je jij jullie kan kunnen maar maand meer mij mijn moet na naar nee niemand niet
            niets nog nooit nu of om omdat onder ons onze ook op over prijs slecht sinds te tegen toch toen tot uit uw
            van veel verhuis verhuisd vind voor waar waarom wat weer weg wel werd werkt wie wij wil wordt worden zeer
            zich zij zijn zo zonder zou opzeggen nederlands
        """,
        "pl": """
            ale albo bardzo bez bo być był była było będę będzie chcę ci co czy dla dlaczego do dobrze drogo drogie
            dużo dziękuję gdy gdzie go i ich ile ja jak jako jest jestem już każdy kiedy kto którą który które lub ma
            mam mi mnie moja mój może można mogę na nad nas nasz nic nie niego nigdy nikt niż o od on ona one oni oraz
            po pod polski ponieważ proszę przed przez przy rezygnuję się są tak tam te tego też to tu ty tylko tym u
            usługa w was więc wszystko wy z za zawsze ze został zbyt że żeby działa cena ceny pieniądze drożej taniej
            przeprowadzam
        """,
        "tr": """
            abonelik ama artık bana bazı beni bile bir biraz biri bu buna bunu çok çünkü daha değil diye en fiyat
            fiyatlar gibi hala hem hep her hiç hizmet için iki ile ise iptal istiyorum kadar ki kim kullanmıyorum
            lütfen mi mı merhaba mu mü nasıl ne neden niye o olan olarak oldu olmadı onu pahalı para sadece sana sen
            siz sizin sonra şey şimdi şu taşındım taşınıyorum teşekkürler teşekkür var ve veya ya yani yok yüzden
            zaman türkçe kötü çalışmıyor cevap vermiyor
        """,
        "sv": """
            alla att av bara bättre blev bra de den det detta dig din ditt då där efter eller en ett finns från för
            får gick göra ha har hade hej honom hos hur här i inte ingen inget ja jag kan kommer kostar lite man mer
            mig min mina mitt mot mycket ni nog nu när någon något och också om oss på priset prenumeration sig sin
            ska skulle som så tack till tyvärr under upp ut utan vad var vara vi vill vår är än dyrt dyr använder
            flyttar fungerar
        """,
        "da": """
            af aldrig alle at bare bedre blev blive da de den der deres det dette dig din dit dyrt efter eller en er
            et flytter for fordi fra få gik gør ham har havde hej hun hvad hvor hvorfor ikke ingen jeg kan kom kun
            lidt man meget men mere mig min mit mod når nogen noget nok nu og også om op os over på priser prisen sig
            sin skal skulle som så tak til ud uden var ved vi vil vores være år abonnement bruger virker
        """,
        "no": """
            aldri alle at av bare bedre ble bra da de den der det dette deg din ditt dyrt dere eller en er et etter
            flytter for fordi fra får gikk gjør ham har hadde hei hun hva hvor hvorfor ikke ingen jeg kan kom kun litt
            man meg men mer mye min mitt mot når noen noe nok nå og også om opp oss over på prisen seg sin skal skulle
            som så takk til ut uten var ved vi vil vår være abonnement bruker virker
        """,
        "fi": """
            ei eikä en enää että hän hei hinta ihan ja jo jos joka kallis kalliiksi kaikki kanssa kiitos koska kuin
            kun kyllä liian me mikä minä minun minua mitä muutan mutta myös ne nyt niin olen oli olisi on ovat palvelu
            se sen sinä siitä sitä tai tämä tätä te tuo vaan vain voi vielä käytä toimi
        """,
        "cs": """
            ale ano asi bez být byl byla bylo co další děkuji do drahé ho i já jak jako je jeho jen ještě jsem jsme
            jsou jste už k kde kdo když který která mám má mě mi moc můj může na nad nám nás ne nebo nejsem nemám není
            než nic nikdo o od po pod podle pro proč protože před při prosím s se si služba tak také tam ten to toho
            tu ty u v vám vás ve však všechno z za ze že cena drahý dobrý den nefunguje stěhuji
        """,
        "ro": """
            abonament acum aici am ar are asta au bine bună ca că când care ce cu cum dacă dar de deci din doar după
            ea ei el este eu fi foarte fost încă îmi în însă la le mai mă meu mea mi multe mult nici nimeni nimic nu o
            pe pentru prea prețul preț s-a sa sau scump se și sunt te tot trebuie tu un una unde va vă voi vreau
            mulțumesc funcționează mut
        """,
        "hu": """
            a az azért aki ami amit be ben csak de drága egy ellen előfizetés és ez ezt fel hogy ha hiszen hol ide
            igen is itt jó jobb kell kérem köszönöm ki le lehet lesz lett ma már még meg mert mi miért minden most
            nagyon ne nekem nem nincs olyan ott ő pedig sem semmi senki szerintem szolgáltatás ti túl van vagy vagyok
            volt költözöm működik ár
        """,
    }.items()
}

# The commonest English words, short answers and what they are shortened to in a chat.
_ENGLISH = """
    a about actually after again all also always am an and another any anyone anything app are aren't as at away back
    bad be became because been before being best better bill but by call came can can't cancel cancelled cheap cheaper
    come could day days did didn't do does doesn't don't done down each else enough even ever every expensive far few
    first for from get getting go going good got great had has have haven't he her here him his home how i i'd i'll
    i'm i've if in into is isn't it it's its just keep know last late left less like little long lot made make many me
    money month months more most moved moving much my need never new no nobody not nothing now of off ok okay old on
    once one only or other our out over own people plus price prices quality really same say see service she should
    since slow so some someone something still stop stopped such support take than that that's tell ten the their them
    then there these they they're thing things think this those three time times to too two u under until up us use
    used using very want was wasn't way we we're week well went were what when where which while who why will with
    without won't work worked working works would year years yes you you're your yr ur dont cant wont didnt doesnt
    isnt wasnt im ive thx pls plz lol tbh cos cuz coz gonna wanna nah yeah yep nope hi hello thanks thank bye
"""
ENGLISH = frozenset(_ENGLISH.split())
