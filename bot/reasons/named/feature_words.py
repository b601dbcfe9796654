"""The words by which customers say that something lacks, breaks or is bad, and nouns that name nothing of a company's.

It must not know any company's products.
"""

from __future__ import annotations


def _read(words: str) -> frozenset[str]:
    return frozenset(words.split())


BROKEN = _read(
    """
    broken faulty defective cracked leaking leaky damaged kaput busted bust unusable inaccessible
    unavailable discontinued glitchy buggy laggy bugged corrupted unreliable jammed dead rusty torn ripped snapped
    smashed shattered malfunctioning nonexistent non-existent missing
    """
)
BAD = _read(
    """
    awful terrible horrible dreadful appalling atrocious abysmal rubbish crap crappy shit shite pathetic disgusting
    filthy dirty grubby mouldy moldy smelly stinking stained damp soggy stale rotten rancid inedible tasteless bland
    undercooked overcooked greasy lousy poor shoddy flimsy useless hopeless slow sluggish clunky outdated dated
    old-fashioned worn threadbare patchy spotty intermittent choppy blurry grainy pixelated confusing unintuitive
    cluttered bad worse worst inaccurate uncomfortable lumpy noisy freezing overcrowded tatty grotty subpar mediocre
    disappointing amateurish dire woeful diabolical unplayable unwatchable unreadable illegible wonky erratic
    temperamental
    """
)
BREAKS = _read(
    """
    crash freeze break fail hang leak lag buffer malfunction glitch disconnect peel rust tear shrink fade overheat
    die stall stutter snap crack jam rattle squeak wobble drop bobble pill
    """
)
HAVE = _read("have offer do support sell stock carry provide include show stream serve accept")
REMOVED = _read("remove scrap axe discontinue drop cut ditch retire withdraw")
GENERIC = _read(
    """
    same other such own whole entire current new old usual normal actual proper real latest recent last first only
    main very so too really much more most less least many few several any some all both each every no constant
    constantly absolute absolutely complete completely total totally utter utterly general overall basic simple
    little big just still always never again even also incredibly extremely frequent endless random certain
    different various single good decent half-decent reliable working stupid bloody damn fucking frigging
    """
)
FEATURES = _read(
    """
    api app apps website site page portal platform software launcher login log-in sign-in password-reset button
    search map maps sync integration integrations webhook widget widgets mode dashboard calendar report reports
    reporting export exports import notification notifications reminder reminders filter filters template templates
    editor chatbot bot interface layout design redesign homepage menu basket checkout cart update upgrade patch
    firmware install installer version tier trial-mode subtitle subtitles captions audio playlist playlists download
    downloads channel channels catalogue library stream streams video videos picture sound commentary fixtures drama
    dramas series shows dub dubs class classes course courses lesson lessons pool sauna steam-room shower showers
    toilet toilets loo loos locker lockers machine machines treadmill treadmills weights equipment kit bike bikes
    mat mats bench benches crèche creche parking towel towels aircon air-con air-conditioning ventilation heating
    boiler radiator lift lifts ramp wifi wi-fi internet broadband fibre cable signal coverage reception connection
    line landline router modem box remote hub roaming tethering esim data handset battery screen screens speaker
    speakers camera cameras sensor sensors alarm doorbell lock locks fob key keypad card cards reader card-reader
    chip counter atm cashpoint transfer transfers cheque cheques payee payees statement statements tariff meter
    meters smart-meter seat seats legroom meal meals food snack entertainment headset headphones cabin blanket dish
    dishes portions ingredients ingredient chicken salmon veg vegetables fruit bread meat burger pizza chips sauce
    packaging boxes parcel delivery deliveries tracking slot slots courier crossplay cross-play controller
    controllers server servers mod mods matchmaking anticheat anti-cheat multiplayer campaign dlc lobby graphics
    frames loading zip zips seam seams fabric material stitching sleeve sleeves lining hem hems sole soles buttons
    shoe shoes range sizes mattress bed beds sheets carpet carpets bathroom bathrooms breakfast kettle plumbing sofa
    wardrobe pillow pillows crossword puzzle puzzles supplement supplements section magazine engine gearbox brakes
    brake clutch tyre tyres carplay bluetooth sat-nav satnav steering charger chargers support helpline helpdesk
    phone-line chat phone-support live-chat sso two-factor 2fa mfa insulation cover warranty paint paintwork worktop
    grout respray tiles fence lawn audio-description apple pay android auto dark
    """
)
"""Nouns that name a feature, a part or a service wherever they stand."""
SOFTWARE = _read(
    "app website site portal software platform launcher update page system login checkout bot chatbot client"
)
OFTEN_GENERIC = _read(
    """
    service services quality product products system systems feature features item items thing option options
    version update updates company place side part parts area level standard condition material design stuff content
    selection range choice food one ones order orders experience process
    """
)
"""Nouns that name something only together with another word: "customer portal system"."""
WHOSE = _read("my our his her their")
NOTHING = _read(
    """
    branch branches centre centres center club clubs office offices
    i me you he she it we they who what which that this these those there one ones another other others none nothing
    something anything everything everyone everybody anyone anybody nobody someone somebody people person man woman
    men women guy guys girl girls boy boys lad lads lady ladies gentleman child children kid kids baby babies son
    daughter husband wife partner mother father mum mom dad parent parents brother sister friend friends family
    neighbour neighbor neighbours colleague colleagues customer customers client clients member members user users
    staff team manager managers management boss ceo owner owners agent agents adviser advisor assistant driver
    drivers courier couriers engineer engineers technician doctor nurse teacher teachers tutor tutors instructor
    instructors trainer coach rep reps representative operator receptionist waiter waitress salesman seller sellers
    human humans company companies firm business bank hotel airline gym store shop provider supplier organisation
    organization charity school place places time times day days week weeks month months year years hour hours
    minute minutes second seconds morning evening night moment while once date life age weekend today yesterday
    tomorrow reason reasons way ways idea ideas point points use sense matter fact case cases thing things stuff lot
    lots bit kind sort type side end start beginning part number amount rest half top bottom front back middle level
    rate problem problems issue issues complaint complaints trouble fault faults error errors mistake mistakes bug
    bugs glitch mess joke disgrace shambles nightmare disaster scam rip-off ripoff con fraud lie lies trick trap
    waste shame pity farce reply replies response responses answer answers apology apologies explanation
    explanations help contact luck joy thanks thank notice warning choice hope hopes doubt doubts intention interest
    need needs want desire wish respect trust faith confidence care clue sign record records trace news word words
    communication mention feedback solution resolution result results outcome outcomes progress success effort
    attempt attempts improvement change changes difference effect impact consequence action decision justification
    excuse excuses regret regrets hard feelings offence offense blame harm worry worries stress hassle fuss patience
    mercy price prices cost costs fee fees charge charges money cash pound pounds dollar dollars euro euros bill
    bills payment payments refund refunds discount discounts deal deals value increase increases rise hike hikes
    rates compensation credit debt salary wage wages budget saving savings sale tax vat balance contract contracts
    subscription subscriptions membership memberships account accounts policy policies cancellation renewal trial
    plan plans offer offers promise promises term terms guarantee email emails e-mail mail letter letters call calls
    message messages phone chat text texts conversation ticket review reviews rating star stars post experience
    experiences attitude manners customer-service expectation expectations impression feeling mood behaviour
    behavior treatment tone standard standards reputation taste smell option options access longer question
    questions request requests rule rules law health leg knee hip heart eyes eye body brain head hand hands mind
    soul memory eyesight ear ears skin hair foot feet stomach divorce marriage death illness injury accident war
    work job jobs career studies weather rain world country city town village area street house home flat room
    office car bike dog cat pet horse garden university summer winter spring autumn christmas holiday holidays
    wedding birthday journey journeys trip trips camel english pun god evidence proof accountability transparency
    empathy integrity consistency clarity alternative alternatives competition possibility chance chances exception
    exceptions guess ability advantage benefit benefits purpose logic limit limits pressure obligation rush heating
    wonder surprise brainer nonsense shortage lack sight delay delays wait queue quarrel quarrels game games name
    names appeal chap bloke box boxes address size sizes coverage-gap cover-up counter-argument rotation workshop
    flight flights colour colours ankle neck shoulder arm wrist throat tooth teeth liver lung cartoonist lifeguard
    librarian surveyor supervisor handler plumber joiner builder electrician cleaner groomer hairdresser stylist
    therapist dentist hygienist optician pharmacist pilot steward stewardess crew chef cook landlord landlady tenant
    recruiter lawyer solicitor accountant bookkeeper broker trader host hosts guest guests walker sitter nanny carer
    carers babysitter employees employee departments employer patient patients note notes booking bookings payout
    stock demand commitment occasion liability hurry flying discussion story drama revert concerns concern knowledge
    crashes breakages drips leaks odds comment comments recovery collection paperwork voucher internet-needed
    postcode streak surprises hidden link internet-access joint form forms advice queues traffic
    seats-left space spaces slots-left king pins luddite glasses strike motorway risk risks tie ties gimmicks frills
    jargon strings quibble quibbles further cold freezing wheel bulkhead dinner tea milk buttons-left credit-check
    pay claim claims violin mouse password passwords invoice invoices maths key-worker loss attention details detail
    information info update updates bad worse worst good best better
    """
)
"""Nouns of which one may say that they lack or are bad, and which name no feature by themselves."""
YOURS = _read(
    """
    you u they it app site website company service gym shop store there club hotel bank place thing version plan
    provider product machine team
    """
)
"""Whoever does not have or offer something: the company, by whatever word."""
STANDS = _read("work load open sync function connect start charge play update respond")
"""What a thing does as long as it works."""
SEEMS = _read("be look feel get become seem taste smell sound stay")
TAKEN = _read("break damage discontinue remove scrap drop axe cut withdraw ruin")
FAULTS = _read("lose delete wipe log sign forget reject duplicate empty eat drain nag spin jump kick refuse time")
ACTS = _read("accept let allow recognise recognize save show find remember take scan send")
"""What software does wrong, and what it should do."""
OVER = _read("down cancelled dropped scrapped discontinued dead withdrawn axed closed")
GO_DOWN = SOFTWARE | _read("server servers internet line network service broadband wifi connection phones systems")
AFTERWARDS = _read("again on since for and from at every all with when after most twice in now")
NEGATIONS = _read("not n't nt never no hardly barely rarely")
