"""The phrases by which something hard is told, and those that only sound like it.

It must not decide what follows from them.
"""

from __future__ import annotations

_SOMEBODY = (
    r"(?:m[uo]m|mam|mummy|mother|ma|dad|daddy|father|papa|parents?|husband|hubby|wife|spouse|partner|"
    r"other half|sons?|daughters?|child|children|kids?|baby|twins?|boys?|girls?|little one|brothers?|"
    r"sisters?|siblings?|grand(?:ma|mother|father|dad|pa|parents?|son|daughter|child)|gran|granny|gramps|"
    r"grandad|nan|nana|nanny|aunt(?:ie|y)?|uncle|cousin|nephew|niece|friend|mate|neighbour|neighbor|"
    r"boyfriend|girlfriend|fianc[eé]e?|(?:mother|father|brother|sister|son|daughter)-in-law|boss|dog|cat|"
    r"puppy|kitten|pet|horse|family)"
)
_WHO = (
    r"(?:(?:my|our|his|her|their|the|a) (?:late |dear |poor |old |best |only |eldest |youngest |little "
    rf")?{_SOMEBODY})"
)
_THEY = rf"(?:{_WHO}|{_SOMEBODY}|he|she|they|hes|shes|theyve|someone|somebody|loved one)"
_MINE = rf"(?:i|im|ive|we|were|weve|i am|we are|{_THEY}|both|all)"
_BE = (
    r"(?:am|is|are|was|were|be|been|being|has been|have been|had been|ive been|got|get|gets|getting|fell|"
    r"fallen|become|became|becoming|feel|feeling|felt|keep getting|taken|going|went|im|hes|shes|weve been|"
    r"still|remains?)"
)
_VERY = (
    r"(?:(?:very|really|so|too|quite|rather|badly|seriously|critically|gravely|terribly|pretty|always|now|"
    r"all|a bit) )*"
)
_THING = (
    r"(?:phones?|mobile|handset|app|apps|laptop|tablet|ipad|battery|batteries|router|modem|hub|line|"
    r"connection|internet|wi-?fi|broadband|signal|tv|telly|television|screen|pc|computer|machine|bike|car|"
    r"van|device|unit|box|server|site|website|page|service|stream|streaming|download|show|series|plants?|"
    r"flowers?|roses?|bouquet|herbs|seedlings|tree|treadmill|console|charger|motor|engine|boiler|heater|"
    r"kettle|toaster|fridge|freezer|link|it|everything|interest|enthusiasm|motivation|excitement|"
    r"conversation|thread|chat|watch|camera|speaker|headphones|buds|bulbs?|lights?|this|that|thing|things|"
    r"half of them|product|kit|pump|remote|controller|drive|disk|software|system|account|call|calls)"
)

# Said of things, or only as a manner of speaking: these are taken out before anything is heard.
MANNERS_OF_SPEAKING = (
    rf"{_THING}(?: \w+){{0,3}} (?:dies|died|dying|die|dead|deceased|passed (?:away|on))\b",
    rf"(?:dead|dying|deceased) {_THING}\b",
    rf"{_THING} (?:is |was |are )?on (?:its|their) (?:last legs|deathbed)",
    rf"{_THING}(?: \w+)? (?:breaks?|breaking|broke|splits?|splitting|burn\w*|lies|lay) (?:up|out|dead)",
    (
        r"dead (?:slow|easy|simple|cheap|expensive|dear|boring|good|bad|useful|handy|nice|quiet|end|ends|zone|"
        r"zones|spot|spots|weight|pixels?|line|lines|wrong|right|on arrival|money|loss|against|set|battery|"
        r"tired|air)"
    ),
    r"drop dead|(?:deadly|dead) dull|dead in the water|over my dead body|flogging a dead horse",
    r"beat\w* a dead horse",
    (
        r"(?:kill(?:s|ing|ed)?|murder\w*) (?:me with|me every|me lately|my (?:budget|wallet|battery|data|time|"
        r"mood|wifi)|the (?:mood|fun|joy|battery|vibe)|us with)"
    ),
    r"(?:was|is|are|were|been|be|thats|its) killing (?:me|us|it)|killing me\b",
    r"dying (?:to|for|of boredom|of laughter|laughing)|bored to death|sick to death",
    r"loved? (?:it )?to death|done to death|scared to death",
    (
        r"(?:nobody|no one|noone|nothing|never|not) (?:has |have |had |is |was |really |actually |been |even |"
        r"seriously )*(?:died|dead|dying|ill|sick|unwell|injured)"
    ),
    r"(?:sick|ill) of (?!cancer)|sick and (?:tired|fed up)",
    r"(?:so|im|am|are|were|was|getting|get|got|been|really|just|beyond|made me|makes? me) sick of",
    r"makes? (?:me|us|you) sick|sick (?:joke|deal|beats?|app|tunes?|playlist)|worried sick",
    r"(?:sea|car|travel|motion|home)[ -]?sick\w*",
    (
        r"ill[ -](?:advised|conceived|fated|suited|fitt\w+|informed|mannered|equipped|treated|thought|timed|"
        r"prepared|will)"
    ),
    (
        r"cancer (?:research|charity|charities|shop|trust|support shop|awareness|my (?:sub|acc|mem|plan|con|"
        r"order)\w*|the (?:sub|acc|mem|plan|con|order)\w*|this|it|subscription|account|membership|please|"
        r"order)"
    ),
    r"(?:to|please|want to|just|pls|wanna|cant|cannot|i) cancer",
    (r"diagnos\w+ (?:the|a|an|my|our|your)? ?(?:fault|line|problem|issue|router|connection|error|bug)\w*"),
    r"(?:remote|line|self|engineer|never|not) diagnos\w+",
    (
        r"poorly(?: \w+ly)? (?!and |with |at |since |for |right |now |again |lately |these |this |all |in "
        r"hospital|so |but |i |he |she |we )\w+"
    ),
    (
        r"(?:done|performs?|performed|performing|works?|worked|runs?|managed|made|treated|fits?|communicated?|"
        r"handled|designed|written|paid|rated|fitted|built|trained|reflects?|doing) (?:so |very |really |"
        r"quite |pretty )?poorly"
    ),
    (
        r"(?:stroke of|key ?strokes?|breast ?stroke|back ?stroke|swim\w* strokes?|two[ -]stroke|four[ "
        r"-]stroke|brush ?strokes?|strokes?)(?= (?:luck|genius|midnight|class|lessons?|improved|technique))"
    ),
    r"(?:my|your|the|this|an?) (?:\w+ )?(?:was|is|got|been|has been) disabled",
    (
        r"(?:giv\w+|gave|got|cause\w*|good) (?:me |us |you |all )?(?:this |so much |nothing but |a lot of |"
        r"endless |no )*grief"
    ),
    r"(?:costs?|savings?|charges?|rises?|increases?|fees?|vat|price)(?: \w+){0,3} passed on",
    r"passed (?:from|around|between|back and forth|to (?:and|another|someone|the))",
    r"(?:been|was|got|get|getting|being) passed (?:from|around|on to|between|back)",
    r"buried (?:in|under|deep|somewhere)",
    (
        r"(?:lost|losing|lose) (?:my|our|the|his|her|all) (?:\w+ )?(?:parcel|package|order|luggage|bag|login|"
        r"password|account|data|settings|progress|connection|signal|patience|temper|faith|trust|interest|"
        r"respect|confidence|booking|seat|custom|business to|place|playlists?|photos?|files?|history|discount|"
        r"points)"
    ),
    r"let go of (?:my|the|this|it|a|an|some)",
    (
        r"(?:will|ill|gonna|have to|going to|letting|lets?|must) (?:let )?(?:it|this|you|that|my "
        r"subscription) go"
    ),
    (
        r"separat\w+ (?:account|bill|charge|payment|order|parcel|deliver|fee|log|app|room|bed|subscription|"
        r"invoice|package|box|plan|contract|thing|price|issue)\w*"
    ),
    r"(?:was|were|are|is|came|sent|arrived|charged|billed) (?:\w+ )?separate(?:ly)?|separation of",
    r"fired (?:up|off)|(?:my|our) heart set|heart ?breaking(?:ly)? (?:slow|expensive)",
    r"broke my (?:heart )?(?:contract|promise|phone|screen|trust)|pain in the|painful(?:ly)? slow",
    r"nervous breakdown of",
    r"(?:service|communication|machine|car|van|price|cost|itemised|bill|full) break ?downs?",
    r"(?:animal|pet|mobile|vet(?:erinary)?) hospital(?: (?:chain|vouchers?))",
    r"hospital (?:food|parking|radio|drama|style|corners?|wing)|like (?:a|in a) hospital|suicidal pric\w+",
    r"commercial suicide|depress(?:ing|ingly)|(?:economic|great|tropical|weather) depression",
    r"(?:old|first|ex|same|gym|work|previous) (?:partner )?programme",
)
CRISIS = (
    r"suicidal|kill(?:ing)? my ?self|end(?:ing)? (?:my life|it all)",
    r"(?:want|wanted|wish|ready|going) to die\b|dont want to (?:live|be here|be alive)",
    r"(?:self[ -]?harm\w*|hurt(?:ing)? myself|harm(?:ing)? myself)|no reason to live|better off dead",
    r"take my (?:own )?life",
)
BEREAVEMENT = (
    r"(?<!have )died\b|passed away|passing away|pass(?:es)? away|past away",
    (
        rf"{_THEY}(?: \w+)?(?: \w+)? (?:dies|is dying|was dying|dying|is dead|are dead|was dead|dyed|"
        r"deceased)\b"
    ),
    (
        rf"{_THEY} (?:has |have |had |just |recently |suddenly |sadly |finally )*passed(?: on| over)?\b(?! "
        r"(?:me|my|his|her|the|it|on the|an?|around|along|down|through|inspection|exams?|tests?|out|by)\b)"
    ),
    r"(?:is|are|was|were|hes|shes|found) dead\b|dead (?:now|since|and buried)",
    (rf"(?:death|passing|loss) (?:of|in) (?:my|our|his|her|their|a|the|both) (?:\w+ )?(?:{_SOMEBODY}|family)"),
    rf"{_SOMEBODY}s? (?:sudden |recent |tragic )?(?:death|passing|funeral)",
    (
        r"(?:after|since|due to|following) (?:a |the |his |her |their )?(?:death|passing|bereavement|"
        r"funeral)\b"
    ),
    r"death in the family",
    (rf"(?:lost|losing|lose) (?:my|our|his|her|their|a|an|both|the) (?:\w+ )?(?:{_SOMEBODY}|loved one)\b"),
    r"(?:my|his|her|our) loss\b|widow(?:s|ed|er|hood)?\b|funerals?\b|bereave\w*|mourn\w*",
    r"grie(?:f|ving|ve)\b|cremat\w+|ashes\b|buried (?:my|him|her|our)",
    rf"(?:deceased|obituary|probate|executor|executrix)\b|(?:my|our|his|her) late (?:\w+ )?{_SOMEBODY}",
    r"still ?born|stillbirth|miscarr\w+|lost (?:the|our|my|a) (?:baby|pregnancy)|no longer with us",
    r"isnt with us any|not with us any|(?:took|taken|taking) (?:his|her|their) own li\w+",
    r"(?:committed|died by|by|s|his|her|a) suicide|suicide\b",
    r"(?:murdered|killed in|was killed|were killed|drowned|overdose\w*)\b|rest in peace",
    r"\brip (?:mum|mom|dad)|gone to heaven",
    (r"had to say (?:goodbye|good bye) to (?!you|your|the|this|these|it|all|our sub|my sub|my mem|our mem)"),
    r"in heaven\b|we lost (?:him|her)\b|lost (?:him|her)\b|all alone now|on my own now since",
)
ILLNESS = (
    r"cancers?\b|chemo\w*|radiotherapy|radiation treatment|tumou?rs?\b|leuk(?:a?e)mia|lymphoma|melanoma",
    r"diagnos(?:ed|is)\b|terminal(?:ly)? (?:ill|illness|cancer|diagnosis)|(?:is|am|im|hes|shes) terminal\b",
    r"hospital(?:s|i[sz]ed|i[sz]ation)?\b|hospices?\b|palliative|intensive care|\bicu\b|dementia",
    r"alz?heimer\w*|parkinson\w*|multiple sclerosis|motor neuron\w*|huntington\w*",
    r"(?:a|had|his|her|my|two|another|mini|massive|second) strokes?\b",
    r"stroke (?:last|in|this|and|left|has|victim)",
    r"heart (?:attack|failure|condition|disease|surgery|trouble|problems?|bypass|issues?)|cardiac|angina",
    r"depress(?:ion|ed)\b|clinical(?:ly)? depress\w*|anxiety\b",
    r"mental(?:ly)? (?:health|ill|illness|breakdown|struggles?)|burn ?out\b|burn(?:t|ed) ?out\b",
    r"nervous breakdown|panic attacks?|agoraphob\w*|ptsd\b|bipolar|schizo\w+|anorexi\w*|bulimi\w*",
    r"eating disorder|rehab\w*|alcoholi\w+|addict(?:ion|s)\b|sobriety|gambling (?:problem|addict\w*)",
    r"surger(?:y|ies)\b",
    r"(?:my|his|her|hip|knee|heart|back|eye|brain|spinal|major|emergency|an) operations?\b|hysterectomy",
    r"mastectomy|amputat\w+",
    (
        rf"(?:i|ive|im|he|she|was|were|got|been|my|badly|an|serious|sports?|{_SOMEBODY}) (?:badly |seriously "
        r")?injur(?:y|ies|ed)\b"
    ),
    r"injur(?:y|ies) (?:to|from|that|and|means?|stopp\w+)",
    (
        r"(?:broke|broken|fractured|tore|torn|snapped|ruptured|shattered|dislocated|did in|done in|bust|"
        r"busted) (?:my|his|her|a|an|both) (?:\w+ )?(?:leg|legs|ankle|arm|arms|wrist|wrists|hip|back|neck|"
        r"foot|knee|knees|shoulder|collar ?bone|pelvis|ligament|ligaments|hand|hands|finger|toe|rib|ribs|"
        r"cruciate|achilles|acl|hamstring|tendon|cartilage|meniscus|spine)"
    ),
    r"slipped dis[ck]|sciatica|hernia",
    r"(?:bad|buggered|dodgy|knackered|ruined|wrecked) (?:back|knee|knees|hip|hips|heart)\b",
    (
        r"(?:my|his|her) (?:back|knees?|hips?|heart|eyes?|eyesight|sight|hearing|mind|joints) (?:is |are |has "
        r"|have |just )*(?:gone|went|go|going|gave|given|giving|bad|failing|playing up|packed up|cant|wont)"
    ),
    r"(?:knee|hip|shoulder) (?:replacement|replaced|op|trouble|problems?|injury)",
    r"(?:going|gone|went) (?:blind|deaf)",
    r"(?:lost|losing) (?:my|his|her) (?:sight|eyesight|hearing|memory|mobility|leg|health)|cataracts?",
    r"glaucoma|macular",
    (
        r"doctors? (?:orders|has |have |says?|said|told|tells|advised|advises|wants|recommend\w*|insists|"
        r"forbade|banned|stopped)"
    ),
    (
        r"(?:my|his|her|the|seen|see) (?:doctor|gp|consultant|cardiologist|surgeon|specialist|physio\w*|"
        r"midwife|therapist|psychiatrist|oncologist)\b"
    ),
    r"doctors orders",
    (
        r"medical(?:ly)? (?:reasons?|conditions?|issues?|leave|grounds|advice|problems?|emergency|retired|"
        r"treatment|bills?|appointments?|unfit)"
    ),
    r"on (?:medication|meds|tablets|antidepressants|blood thinners|insulin|oxygen|crutches)|medication",
    r"antidepressants",
    (
        r"health (?:reasons?|issues?|problems?|grounds|conditions?|scare|troubles?|concerns|has|is|got|took|"
        r"wont|isnt|failing|deteriorat\w*|declin\w*)"
    ),
    (
        r"(?:my|his|her|ill|poor|bad|failing|due to|our|mental) health\b(?! (?:plans?|benefits|insurance|app|"
        r"club|data|tracker|goals?|care|cover\w*)\b)"
    ),
    rf"{_BE} {_VERY}(?:ill|unwell|poorly|disabled|housebound|bedridden|bedbound|paraly[sz]ed)\b",
    (
        rf"{_MINE} {_BE}? ?{_VERY}(?:ill|unwell|poorly|disabled)\b(?! (?:cancel|be|not|just|go|stay|take|try|"
        r"look|pay|have|get|never|come|do|use|keep|let|see|leave|give|tell|my|the|your|it|account)\b)"
    ),
    (
        r"(?:fell|fallen|falling|taken|seriously|terminally|critically|gravely|chronically|mentally|severely|"
        r"physically|very|really|made me|made us|made him|made her) (?:ill|unwell|disabled|poorly)\b"
    ),
    rf"illness\w*|ailments?|diseases?\b|{_BE} {_VERY}sick\b|{_THEY} {_VERY}sick\b",
    r"(?:very|too|really|so|made me|made us|made him|made her) sick\b",
    r"(?:on )?sick (?:leave|note|mum|mom|dad|child|kid|parent|wife|husband|relative)",
    r"(?:off|long-term|signed off|called in) sick|sickness\b|food poisoning|disabilit\w+",
    r"(?:in|needs|need|using) a wheelchair (?:now|since|after)|now in a wheelchair",
    r"ended up in a wheelchair|long covid",
    r"(?:got|had|have|has|caught|down with) (?:covid|corona|flu|pneumonia)|pneumonia|sepsis|epileps\w*",
    r"seizures?\b|diabet\w+|arthritis|fibromyalgia|migraines?",
    r"chronic (?:pain|illness|fatigue|condition|disease)|kidney (?:failure|transplant|disease|stones?)",
    r"dialysis|transplant|asthma|copd\b|lupus|crohns|ulcer\w*|cirrhosis|hepatitis|\bhiv\b|in a coma",
    r"brain (?:damage|injury|haemorrhage|bleed|aneurysm)",
    (r"an? (?:bad |nasty |serious |car |road |motorbike |bike |terrible |horrible )*(?:accident|fall)\b"),
    r"(?:had|have|after|since|in) (?:my|his|her) (?:accident|fall)\b",
    r"(?:high.risk|complicat\w+|difficult) pregnan\w+|pregnancy complications|premature(?:ly)?\b|nicu\b",
    (
        r"(?:can|could|able to)(?:t|not)? (?:no longer |barely |hardly )?(?:walk|see|drive) (?:properly|any "
        r"?more|now)"
    ),
    (
        r"(?:cant|cannot|can no longer|couldnt|no longer able to) (?:walk|swallow|leave (?:the house|my "
        r"bed))\b"
    ),
    r"(?:hip|knee|shoulder|heart)(?: \w+){0,3} replaced|torn (?:ligament|tendon|cartilage|muscle|meniscus)",
    r"physio\w* (?:says|said|told|wants)|bed ?rest\b",
    (
        r"(?:am|im|is|was|are|been|hes|shes|feeling|still) not (?:at all |very |so |too )?well(?= (?:ǁ|and|at|"
        r"since|enough|right|now|but)|$)"
    ),
    r"terminal(?= ǁ|$)|(?:have|has|had|with|got|its) ms(?= (?:ǁ|and|so|since|now)|$)",
)
HARDSHIP = (
    r"divorc\w+",
    (
        r"(?:we|were|weve|wife|husband|partner|i|im|ive|are|have|legally|my ex|just|recently|got|parents) "
        r"(?:have |just |recently |now |are |got |been |legally )*separat(?:ed|ing)\b"
    ),
    r"(?:the|our|my|a|marital|legal|after|since) separation\b",
    (
        r"(?:we|i|wife|husband|partner|boyfriend|girlfriend|just|recently|ive|weve) (?:have |just |recently |"
        r"are |got |were )*(?:split(?:ting)?|broke|breaking|broken|break) up\b(?! the (?:order|payment|bill))"
    ),
    r"break-?up\b|split (?:with|from) my",
    (
        r"(?:wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?) (?:has |just |walked out|moved out|left|"
        r"is leaving|cheat\w*|kicked)(?! (?:me )?(?:the|his|her|it) (?:phone|laptop|parcel))"
    ),
    r"(?:walked out on|cheated on|left) me (?:for|and|last|in|after|with|alone)",
    r"ex[ -](?:wife|husband|partner)|custody",
    (
        r"(?:lost|losing|lose|loss of) (?:my|his|her|our|their|both|a|the)?(?: \w+)? ?(?:jobs?|income|"
        r"business|livelihood|employment|home|house|benefits)\b"
    ),
    r"job ?loss\w*|(?:made|being|been|getting|got|am|im|was|were) (?:\w+ )?redundant\b|redundanc\w+",
    r"laid[ -]?off|lay(?:ed|ing)?[ -]?offs?\b",
    (r"(?:was|were|got|been|being|getting|am|they|boss) (?:just |recently )?let (?:me |us |him |her )?go\b"),
    r"fired (?:last|yesterday|today|this|in|from my)|separated from (?:my|her|his)",
    (
        r"(?:was|were|got|been|being|getting|am|im|me) (?:just |recently )?(?:fired|sacked|dismissed|"
        r"furloughed)\b"
    ),
    r"(?:the sack|my p45)\b|unemploy\w*",
    (
        r"(?:out of|no|without) (?:work|a job|job|employment|income|money coming in|paycheck|salary|"
        r"wages)\b(?! (?:hours|around|time|email|done))"
    ),
    r"between jobs|jobless",
    (
        r"(?:my|our|his|her|the company i worked for|the firm i worked for) ?(?:company|business|firm|"
        r"employer|shop|cafe|restaurant)? (?:has |have |just |recently )*(?:went|gone|going|go|is going|shut|"
        r"closed|folded|collapsed)(?: (?:bust|under|bankrupt|down|into administration))?\b(?! (?:its|our|the|"
        r"their|my|all|an?)\b)"
    ),
    r"bankrupt\w*|insolven\w*|universal credit|on benefits",
    r"(?:food ?bank|homeless\w*|evict\w+|foreclos\w+|repossess\w+|bailiffs?|women.?s refuge)\b",
    (
        r"(?:cant|cannot|can no longer|could no longer|couldnt|unable to|not able to|no longer able to|no "
        r"longer|too ill to|not fit to) work(?: (?:any ?more|now|again|at the moment|because|due|since))?$"
    ),
    (
        r"(?:cant|cannot|can no longer|unable to|not able to|no longer able to|im not fit to) work (?:any "
        r"?more|now|again|at the moment|because of (?:my|a)|due to|since|for|full|and)"
    ),
    r"(?:i|ive|im|husband|wife|partner|been|signed) (?:\w+ )?off work|domestic (?:violence|abuse)",
    r"abusive (?:partner|husband|wife|ex|relationship|marriage)",
    r"(?:house|home|flat) (?:fire|burn\w+|was flooded|flooded)",
    r"(?:sent|in|to|went to|goes to) (?:prison|jail)\b",
    (
        r"(?:caring for|care for|carer for|taking care of|take care of|to nurse|nursing|looking after|look "
        r"after|cared for) (?:(?:my|our|an?|his|her|the) )?(?:\w+ )?(?:m[uo]m|mother|dad|father|parents?|"
        r"husband|wife|partner|nan|gran\w*|grand(?:ma|mother|father|dad|pa|parents?)|brother|sister|uncle|"
        r"aunt|in-laws?|sick|ill|elderly|disabled|relative|somebody|someone|him|her)"
    ),
    r"full[ -]time carer|(?:a|his|her|my mums|my dads|become|became|as a|her) carer\b|caregiv\w+",
    r"(?:nursing|care|retirement) home\b",
    r"(?:went|gone|going|moved|moving) into (?:(?:a|full-time|residential) )*(?:care|home)\b",
    r"sheltered housing|assisted living",
    r"family (?:emergency|crisis|tragedy|illness|bereavement|breakdown|trouble)",
    r"(?:personal|awful|terrible) (?:tragedy|crisis|loss)",
    (
        r"(?:difficult|hard|tough|rough|dark|awful|terrible|horrible) (?:time|times|patch|period|year|few "
        r"months|months|situation at home)(?= (?:for (?:me|us|my)|at home|in my|right now|at the moment|"
        r"personally|lately|with my|since)|$)"
    ),
    (
        r"(?:going|been|gone|go|went) through (?:a lot|hell|a (?:very |really |bit of a )?(?:difficult|hard|"
        r"tough|rough|bad|dark))"
    ),
    r"financial (?:hardship|difficult\w+|crisis|ruin)|hit hard times|fallen on hard times",
    r"my life (?:has |is |just )?(?:fallen|falling|fell) apart",
)
