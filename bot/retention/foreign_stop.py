"""Hears "write to me no more" in the other large languages, as a whole message.

It must not hear it within a longer story, nor claim to understand the language otherwise.
"""

from __future__ import annotations

import re
import unicodedata

from bot.retention.wording import normalise

_GERMAN = (
    r"(?:bitte )?(?:stop+|schluss|aufhoren|hor(?:t|en sie)? auf|genug|abmelden|abbestellen|lasst? mich "
    r"in ruhe|lassen sie mich in ruhe)(?: (?:damit|jetzt|bitte|mit (?:den|diesen|euren|ihren)? "
    r"?(?:nachrichten|mails?|e-?mails?|werbung)|mir zu schreiben|mich anzuschreiben|zu schreiben|zu "
    r"nerven))*|(?:bitte )?keine? (?:weiteren? |mehr )?(?:nachrichten?|mails?|e-?mails?|werbung|post|"
    r"anrufe|sms|kontakt)(?: (?:mehr|bitte|an mich|schicken|senden))*|(?:bitte )?(?:schreib(?:en sie|"
    r"t)?|kontaktier(?:en sie|t)?|ruf(?:en sie)?) (?:mir|mich) (?:bitte )?(?:nie|nicht)(?: (?:mehr|"
    r"wieder|an))*|ich (?:will|mochte) (?:bitte )?(?:keine|nichts) (?:nachrichten|mails?|e-?mails?|"
    r"werbung|von euch|von ihnen)(?: (?:mehr|bekommen|erhalten|horen))*"
)
_FRENCH = (
    r"(?:stop|arret(?:ez?|e)?|cessez|assez|ca suffit|suffit|desabonn\w+(?:[ -]moi)?|desinscri\w+(?:[ "
    r"-]moi)?|laissez[ -]moi tranquille|laisse[ -]moi tranquille|foutez[ -]moi la paix)(?: (?:svp|sil "
    r"vous plait|maintenant|de (?:mecrire|me contacter|menvoyer des (?:messages|mails?|e-?mails?)|"
    r"mappeler|me deranger|mimportuner)|moi|tout de suite|immediatement))*|(?:ne )?(?:mecrivez|me "
    r"contactez|mappelez|menvoyez) (?:plus|pas)(?: (?:rien|jamais|de (?:messages?|mails?|e-?mails?)|svp|"
    r"sil vous plait))*|plus (?:de|aucun) (?:messages?|mails?|e-?mails?|contact)(?: (?:svp|sil vous "
    r"plait))?|je ne veux plus (?:de|recevoir de) (?:vos )?(?:messages?|mails?|e-?mails?|nouvelles)"
)
_SPANISH = (
    r"(?:(?:por favor )?(?:basta(?: ya)?|pare(?:n)?|para ya|darme de baja|deme de baja|denme de baja|"
    r"dejenme en paz|dejame en paz|deje(?:n)? de (?:escribirme|contactarme|molestar(?:me)?|llamarme|"
    r"enviarme (?:mensajes|correos|e-?mails?)|mandarme (?:mensajes|correos))|no me (?:escriban?|"
    r"contacten?|llamen?|molesten?|envien|manden)(?: (?:mas|nunca|nada|mas mensajes|mas correos|correos|"
    r"mensajes))*|no (?:quiero|deseo) (?:mas |recibir (?:mas )?)(?:mensajes|correos|e-?mails?|"
    r"publicidad|contacto)|no mas (?:mensajes|correos|e-?mails?|contacto)|ni un mensaje mas)(?: por "
    r"favor)?)"
)
_ITALIAN = (
    r"(?:(?:per favore )?(?:basta(?: cosi| messaggi| e-?mail| con i messaggi)?|fermat[ei]vi?|"
    r"smett(?:ila|etela|ete|i)(?: di (?:scrivermi|contattarmi|chiamarmi|mandarmi (?:messaggi|"
    r"e-?mail)))?|non (?:scrivetemi|contattatemi|chiamatemi|scrivermi|contattarmi|mandatemi)(?: (?:piu|"
    r"mai|messaggi|e-?mail))*|(?:niente|nessun) (?:piu )?(?:messaggi(?:o)?|e-?mail)|lasciatemi (?:in "
    r"pace|stare)|lasciami in pace|cancellatemi dalla lista|disiscriv\w+|non voglio (?:piu "
    r")?(?:ricevere )?(?:piu )?(?:messaggi|e-?mail|vostre notizie))(?: per favore| grazie)?)"
)
_PORTUGUESE = (
    r"(?:(?:por favor )?(?:pare(?:m)?|chega|basta|parar|descadastr\w+|pare(?:m)? de (?:me )?(?:escrever|"
    r"contatar|contactar|ligar|mandar|enviar|incomodar)(?:[ -]me)?(?: (?:mensagens|e-?mails?|para "
    r"mim))*|nao me (?:escrevam?|contatem|contactem|liguem|mandem|enviem|incomodem)(?: (?:mais|nunca|"
    r"nada|mensagens|e-?mails?))*|(?:sem|chega de|nao quero) (?:mais |receber (?:mais )?)?(?:mensagens|"
    r"e-?mails?|contato|contacto)|deixem?[ -]me em paz|me deixem? em paz)(?: mais)?(?: por favor)?)"
)
_DUTCH = (
    r"(?:(?:stop(?:pen)?|hou op|ophouden|genoeg|afmelden|uitschrijven|schrijf mij uit|laat (?:me|mij) "
    r"met rust)(?: (?:ermee|hiermee|nu|aub|alstublieft|met (?:mailen|schrijven|berichten|bellen)|mij te "
    r"mailen|mij te schrijven))*|geen (?:berichten|mails?|e-?mails?|contact|reclame)(?: (?:meer|aub|"
    r"alstublieft|sturen))*|(?:mail|schrijf|bel|stuur|contacteer) (?:me|mij) (?:niet|nooit|niets)(?: "
    r"meer)?|niet meer (?:mailen|schrijven|bellen|contacteren))"
)
_POLISH = (
    r"(?:(?:prosze )?(?:stop|dosc|przestan(?:cie)?|wypis\w* mnie|zostawcie mnie w spokoju|daj(?:cie)? "
    r"mi spokoj)(?: (?:do mnie|pisac|dzwonic|wysylac|wiadomosci|mi|z listy))*|(?:prosze )?nie "
    r"(?:piszcie|pisz|dzwoncie|wysylajcie|kontaktujcie sie)(?: (?:do mnie|ze mna|wiecej|juz|mi|"
    r"wiadomosci))*|(?:zadnych|nie chce)(?: wiecej)?(?: wiadomosci| maili| kontaktu)+)"
)
_TURKISH = (
    r"(?:(?:lutfen )?(?:dur(?:un)?|yeter(?: artik)?|artik yeter|birakin beni|rahat birakin(?: beni)?|"
    r"abonelikten cik\w*|(?:bana )?(?:bir daha |artik )?(?:yazmayin|mesaj (?:atmayin|gondermeyin)|"
    r"aramayin|e-?posta gondermeyin)(?: artik)?|(?:baska |artik )?mesaj istemiyorum)(?: lutfen)?)"
)
_NORDIC = (
    r"(?:(?:stopp?|sluta|slutt|stop)(?: (?:med|att|det|dette|nu|na|a|skriva|skrive|skriv|till|til|mig|"
    r"meg|mejla|maila))*|(?:inga|ingen|ikke|inte) (?:fler(?:e)? |mer |flere )?(?:meddelanden|mejl|mail|"
    r"meldinger|beskeder|e-?post)(?: tack| takk| tak)?|(?:skriv|kontakta|kontakt) (?:inte|ikke)(?: "
    r"(?:till|til|mig|meg|mer|mere|igen|igjen))*|lamna mig ifred|ikke (?:skriv|kontakt|ring)(?: (?:til|"
    r"mig|meg|mer|mere))*|lad mig vaere|la meg vaere i fred|avregistrera mig|avmeld meg|afmeld mig)"
)
_OTHER_SCRIPTS = (
    r"(?:стоп|хватит|прекратите|отстаньте|отпишите меня|не пишите(?: "
    r"мне)?(?: больше)?|больше не пишите(?: мне)?|отписаться|не звоните(?: "
    r"мне)?(?: больше)?|停止|停|退订|别再(?:给我)?(?:发|联系).*|不要再(?:给我)?(?:发|联系).*|"
    r"やめて(?:ください)?|もう連絡しないで(?:ください)?|配信停止|그만(?:하세요|해)?|연락하지 마세요|수신거부|توقف|"
    r"كفى|لا تراسلني|لا تتصل بي|די|תפסיקו|בואו תפסיקו|बंद करो|रुको|"
    r"σταματηστε|φτανει|σταματα)"
)
_ASKS = re.compile(
    "|".join(
        f"(?:{said})"
        for said in (
            _GERMAN,
            _FRENCH,
            _SPANISH,
            _ITALIAN,
            _PORTUGUESE,
            _DUTCH,
            _POLISH,
            _TURKISH,
            _NORDIC,
            _OTHER_SCRIPTS,
        )
    )
)
_MOST_WORDS = 12


def asks_to_stop_in_another_language(text: str) -> bool:
    """Tell whether the whole message says to stop writing, in another language than English. Accents may be missing."""
    words = normalise(text)
    if len(words.split()) > _MOST_WORDS:
        return False
    letters = "".join(sign for sign in unicodedata.normalize("NFD", words) if not unicodedata.combining(sign))
    plain = unicodedata.normalize("NFC", letters.replace("ł", "l").replace("ı", "i"))
    return bool(_ASKS.fullmatch(words) or _ASKS.fullmatch(plain))
