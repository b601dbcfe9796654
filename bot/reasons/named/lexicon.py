"""Names that nearly everybody knows: a help where a name stands in doubt. No list of all there is.

It must not say what a name means in a sentence.
"""

from __future__ import annotations

_PLACES = """
aberdeen, aberystwyth, abu dhabi, accra, adelaide, afghanistan, africa, alabama, alaska, albania, alberta, algarve,
algeria, amsterdam, andalusia, anglesey, ankara, antwerp, argentina, arizona, arkansas, armenia, ashford, asia,
athens, atlanta, auckland, austin, australia, austria, aylesbury, bahrain, bali, baltimore, bangalore, bangkok,
bangladesh, bangor, barbados, barcelona, barnsley, basel, basildon, basingstoke, bavaria, bedford, beijing, beirut,
belfast, belgium, belgrade, bergen, berkshire, berlin, berne, berwick, bilbao, birmingham, blackburn, blackpool,
bogota, bolivia, bologna, bolton, bordeaux, bosnia, boston, botswana, bournemouth, bradford, bratislava, brazil,
bremen, brighton, brisbane, bristol, british columbia, brittany, brixton, bromley, brooklyn, bruges, brussels,
bucharest, buckinghamshire, budapest, buenos aires, buffalo, bulgaria, burnley, bury st edmunds, cairo, calgary,
california, camberley, cambodia, cambridge, camden, cameroon, canada, canberra, canterbury, cape town, cardiff,
carlisle, casablanca, catalonia, charlotte, chelmsford, cheltenham, cheshire, chester, chesterfield, chicago,
chichester, chile, china, christchurch, cincinnati, cleveland, colchester, cologne, colombia, colorado, columbus,
connecticut, copenhagen, corfu, cork, cornwall, costa rica, cotswolds, coventry, crawley, crete, crewe, croatia,
croydon, cuba, cumbria, cyprus, czech republic, dallas, darlington, darwin, delaware, delhi, denmark, denver, derby,
derbyshire, derry, detroit, devon, devonport, didsbury, dominican republic, doncaster, donegal, dordogne, dorset,
dover, dresden, dubai, dublin, dudley, dundee, dunfermline, durban, durham, dusseldorf, ealing, east anglia,
eastbourne, ecuador, edinburgh, edmonton, egypt, eindhoven, el paso, el salvador, england, essex, estonia, ethiopia,
europe, exeter, falkirk, falmouth, faro, fife, fiji, finland, florence, florida, folkestone, fort worth, france,
frankfurt, galicia, galway, gdansk, geneva, genoa, germany, ghana, ghent, gibraltar, glasgow, gloucester,
gloucestershire, gold coast, gothenburg, gran canaria, granada, graz, greece, grimsby, guatemala, guernsey,
guildford, hackney, halifax, hamburg, hampshire, hanoi, hanover, harlow, harrogate, hastings, hawaii, helsinki,
hereford, hertfordshire, hobart, holland, honduras, hong kong, houston, hove, huddersfield, hull, hungary, ibiza,
iceland, idaho, ilkley, illinois, india, indiana, indianapolis, indonesia, inverness, iowa, ipswich, iran, iraq,
ireland, isle of man, isle of wight, islington, israel, istanbul, italy, ivory coast, jacksonville, jakarta,
jamaica, japan, jersey, jerusalem, johannesburg, kansas, kansas city, karachi, kazakhstan, kent, kentucky, kenya,
kerry, kettering, kiev, kilkenny, kilmarnock, kosovo, krakow, kuala lumpur, kuwait, kyiv, kyoto, lagos, lake
district, lancashire, lancaster, lanzarote, las vegas, latvia, lausanne, lebanon, leeds, leicester, leipzig, leith,
libya, lichfield, lille, limerick, lincoln, lincolnshire, lisbon, lithuania, liverpool, ljubljana, llandudno, lodz,
london, los angeles, loughborough, louisiana, louisville, luton, luxembourg, lyon, lyons, macedonia, madeira,
madrid, maidstone, maine, majorca, malaga, malawi, malaysia, mallorca, malmo, malta, manchester, manhattan, manila,
manitoba, marbella, margate, marseille, maryland, massachusetts, mauritius, melbourne, memphis, mexico, mexico city,
miami, michigan, middlesbrough, milan, milton keynes, milwaukee, minneapolis, minnesota, mississippi, missouri,
moldova, monaco, mongolia, montana, montenegro, montpellier, montreal, morocco, moscow, mozambique, mumbai, munich,
myanmar, nairobi, namibia, nantes, naples, nashville, nebraska, nepal, netherlands, nevada, new hampshire, new
jersey, new mexico, new orleans, new south wales, new york, new york city, new zealand, newcastle, newcastle upon
tyne, newfoundland, newport, newry, nicaragua, nigeria, norfolk, normandy, north carolina, north dakota,
northampton, northern ireland, northumberland, norway, norwich, nottingham, nova scotia, oakland, ohio, oklahoma,
oldham, omaha, oman, ontario, oporto, oregon, orkney, orlando, osaka, oslo, ottawa, oxford, oxfordshire, paisley,
pakistan, palermo, palma, panama, paraguay, paris, peckham, pennsylvania, penzance, perth, peru, peterborough,
philadelphia, philippines, phoenix, pittsburgh, plymouth, poland, poole, portland, porto, portsmouth, portugal,
poznan, prague, preston, provence, puerto rico, qatar, quebec, queens, queensland, raleigh, ramsgate, reykjavik,
rhode island, rhodes, riga, rio de janeiro, riviera, rochdale, romania, rome, rotherham, rotterdam, russia, rwanda,
sacramento, salford, salisbury, salt lake city, salzburg, san antonio, san diego, san francisco, san jose, santiago,
sao paulo, saskatchewan, saudi arabia, scarborough, scotland, seattle, selkirk, senegal, seoul, serbia, seville,
shanghai, sheffield, shetland, shrewsbury, shropshire, sicily, singapore, skye, sligo, slough, slovakia, slovenia,
sofia, solihull, somalia, somerset, south africa, south carolina, south dakota, south korea, southampton, southend,
southport, spain, sri lanka, st albans, st andrews, st louis, stafford, staffordshire, stavanger, stevenage,
stirling, stockholm, stockport, stoke, strasbourg, stratford, stroud, stuttgart, sudan, suffolk, sunderland, surrey,
sussex, swansea, sweden, swindon, switzerland, sydney, syria, taiwan, tallinn, tampa, tanzania, tasmania, taunton,
tel aviv, telford, tenby, tenerife, tennessee, texas, thailand, the hague, tokyo, tooting, toronto, torquay,
toulouse, trinidad, trondheim, truro, tucson, tulsa, tunisia, turin, turkey, tuscany, tyneside, uae, uganda, uk,
ukraine, united arab emirates, united kingdom, united states, uruguay, usa, utah, utrecht, uzbekistan, valencia,
vancouver, venezuela, venice, vermont, verona, vienna, vietnam, vilnius, virginia, wakefield, wales, warrington,
warsaw, warwick, warwickshire, washington dc, waterford, watford, wellington, west midlands, west virginia,
weymouth, whitby, wigan, wiltshire, wimbledon, winchester, winnipeg, wisconsin, woking, wolverhampton, worcester,
worthing, wrexham, wroclaw, wyoming, yorkshire, zagreb, zambia, zaragoza, zimbabwe, zurich
"""
_BRANDS = """
123 reg, 1password, 3 mobile, aa, abel & cole, abel and cole, abercrombie, acorns, acuvue, addison lee, adidas,
adobe, adt, aegean, aer lingus, airbnb, airtable, aj bell, aldi, amazon, amazon fresh, amazon music, amazon prime,
amc, anker, anytime fitness, ao.com, apex, apple fitness, apple maps, apple music, apple one, apple podcasts, apple
tv, apple tv+, argos, arriva, asana, asda, asos, at&t, audible, avis, aviva, aws, axa, azure, babbel, backblaze,
badoo, baldur's gate, banana republic, bandcamp, barclaycard, barclays, basecamp, bbc, beauty pie, beer52, best buy,
better gym, betterhelp, big yellow, bird, bitdefender, bitwarden, blablacar, blinkbox, blinkist, bloom & wild, bloom
and wild, blue apron, bluehost, bmw, boden, bolt, boohoo, boohooman, booking.com, boots, borrowbox, bought by many,
boxt, brightbox, brilliant, britbox, british airways, british gas, brittany ferries, bt, bt sport, budget, bumble,
busuu, butternut box, cahoot, calendly, call of duty, calm, camelcamelcamel, canva, capcut, careem, castbox, cewe,
chase, chegg, chess.com, chewy, cinema city, cineworld, city sprint, clearscore, cloudflare, clubright, co-op,
coffee meets bagel, coinbase, comcast, contactsdirect, coop, costa, costco, coursera, crossfit, crunch fitness,
crunchyroll, cubesmart, cult beauty, cunard, currys, curve, cyberghost, dacia, daily mail, dave, david lloyd,
daysoft, dazn, deezer, deliveroo, deliveroo plus, delta, dfds, dfs, dhl, digitalocean, dinnerly, direct line,
discord, disney, disney plus, disney+, domino's, dominos, doordash, dott, dpd, dropbox, dunelm, duolingo, e.on, ea
play, easyhotel, easyjet, ebay, ecco, echo, edf, ee, elden ring, elvie, emirates, emma, enterprise, eon, epic, epic
games, etoro, etsy, europcar, eurostar, eurotunnel, everand, everyman, evri, expedia, expressvpn, factor, fasthosts,
fedex, feedly, feeld, fenty, ff14, ffxiv, fidelity, figma, financial times, first direct, first group, fitbit,
fitbod, fitness first, five guys, flixbus, fortnite, free now, free prints, freenow, freeprints, freetrade,
freshbooks, freshdesk, fubo, game pass, gamepass, geforce now, geico, genshin impact, getaround, giffgaff, glofox,
glossier, godaddy, good pair days, google, google calendar, google classroom, google docs, google drive, google fi,
google fiber, google maps, google meet, google one, google photos, google sheets, google workspace, gousto, grab,
greyhound, grubhub, guardian, gymbox, gymshark, h&m, habitat, halifax bank, hargreaves lansdown, harry's, hbo, hbo
max, headspace, helldivers, hello fresh, hellofresh, hellotalk, hertz, hetzner, hilton, hims, hinge, hiscox, holiday
inn, home chef, homebase, hostgator, hostinger, hotels.com, hsbc, hubspot, huel, hulu, hyatt, hyperoptic, ibis,
iceland foods, icloud, ikea, instacart, interflora, ionos, irish ferries, italki, itv, itvx, jd gyms, jet2, jetblue,
jira, john lewis, just eat, justeat, justpark, kayak, kfc, khan academy, kia, kindle unlimited, kinsta, klm, kobo,
kraken, krystal, kwik fit, laithwaites, lastpass, lebara, lego, lemonade, lenstore, libby, lichess, lidl, lime, lime
bike, linear, lingoda, linkedin learning, lloyds, lloyds pharmacy, loaf, lok'nstore, lookfantastic, loveholidays,
lufthansa, lush, lv, lv=, lyft, macquarie, made.com, mailchimp, majestic, manypets, marcus, marks and spencer,
marley spoon, marriott, marvel rivals, match.com, max, mcdonalds, medium, megabus, memrise, mercari, metlife, metro
bank, microsoft, microsoft teams, mindbody, mindful chef, minecraft, mint mobile, miro, mixbook, monarch,
monday.com, mondly, monefy, monese, monzo, moonpig, more than, morrisons, mubi, mullvad, n26, naked wines,
namecheap, national express, nationwide, natwest, netflix, netlify, new world, new york times, next, nextbike, nike,
nintendo, nordvpn, notion, now tv, nutmeg, o2, ocado, octopus, octopus energy, oddbox, odeon, office 365, okcupid,
ola, on the beach, oneplus, onlyfans, openai, opentable, opodo, orangetheory, outlook, overdrive, overwatch, ovh,
ovo, ovo energy, p&o, p&o ferries, paddy power, pandora, paramount plus, paramount+, patch, path of exile, patreon,
paybyphone, peacock, peloton, petplan, pets at home, pharmacy2u, philips hue, photobox, picturehouse, pipedrive,
pixieset, planet fitness, playstation plus, plenty of fish, plex, plusnet, pocket casts, poe2, popsa, post office,
premier inn, preply, pressreader, pret, primark, private internet access, proton, protonvpn, ps plus, public
storage, pure gym, puregym, purple carrot, qantas, qatar airways, qobuz, quickbooks, quicken, quizlet, raileasy,
readly, regal, resy, revolut, ring, ringgo, riverford, robinhood, roblox, rosetta stone, rover, ryanair, safestore,
sainsbury's, sainsburys, salesforce, samsonite, santander, santander cycles, schwab, scribd, sephora, shein,
shopify, showcase, shudder, shurgard, shutterfly, simplisafe, siteground, sixt, skillshare, skoda, sky, sky sports,
skyscanner, slack, smarty, snap fitness, snapfish, so energy, sonos, sony, spareroom, specsavers, spotify, spusu,
squarespace, stagecoach, starbucks, starling, starling bank, starlink, steam, stena line, storytel, strava, stripe,
substack, superdrug, surfshark, t-mobile, tado, tails.com, talkmobile, talktalk, target, tastecard, teams, teamup,
telegraph, tesco, tesco mobile, tesla, the athletic, the body shop, the economist, the guardian, the gym, the gym
group, the telegraph, the times, third space, thortful, three, tidal, tier, tiktok, tinder, tk maxx, todoist, too
good to go, toyota, trading 212, trading212, trainline, travelodge, travelperk, travis perkins, trello, trivago,
truprint, trusted housesitters, tsb, tui, tunnelbear, turo, twitch, uber, uber eats, ubereats, ubisoft, udemy,
uniqlo, united airlines, ups, uswitch, valorant, vanguard, ve, vercel, verisure, verizon, viki, vimeo, vinted,
virgin, virgin active, virgin media, virgin wines, vision express, vistaprint, viu, vodafone, voi, voxi, vrbo, vue,
waitrose, walmart, wanderlust, washington post, wayfair, waze, wealthfront, wetransfer, whole foods, wise, wix,
wizz, wizz air, woolworths, wordpress, world of warcraft, wp engine, wpengine, xbox, xero, ynab, yodel, youtube,
youtube music, youtube tv, zalando, zara, zen, zendesk, zety, zipcar, zipjet, zizzi, zoho, zoom, zooplus, zopa
"""


_AMBIGUOUS = """
aa, acorns, alberta, amc, ao.com, apex, apple, austin, aws, azure, bali, bangor, bath, bbc, bedford, better gym, big
yellow, bird, bolt, boots, brilliant, budget, buffalo, bury, calm, camden, charlotte, chase, chester, chile, china,
cinema city, co-op, columbus, coop, cork, costa, crewe, cuba, curve, dallas, darwin, dave, delta, derby, devon, dfs,
disney, dover, dudley, durham, echo, ee, emirates, emma, enterprise, epic, essex, everyman, factor, falkirk,
fidelity, fife, first direct, first group, florence, free now, game pass, georgia, google, grab, granada, guardian,
habitat, halifax, harlow, harry's, hastings, hertz, home chef, hull, hyatt, jersey, kayak, kent, kerry, kindle,
kraken, lancaster, lego, leith, libby, lime, lincoln, linear, loaf, lush, lv, lyon, majestic, marcus, match, max,
medium, microsoft, milan, minecraft, mint, miro, mobile, monarch, montana, more than, national express, nationwide,
new world, newport, next, nice, notion, now, octopus, ola, on the beach, orlando, outlook, ovo, paisley, pandora,
paris, patch, perth, peru, phoenix, plex, poole, portland, post office, preston, proton, public storage, queens,
quizlet, reading, regal, resy, ring, rover, santiago, showcase, sky, skye, slack, smarty, sofia, sony, steam,
stirling, stoke, stratford, stripe, target, taunton, teams, telegraph, telford, the athletic, the gym, the times,
third space, three, tidal, tier, turkey, uk, ups, vanguard, ve, verona, victoria, virgin, virginia, vue, warwick,
wellington, wise, zen, zoom
"""
_NO_NAMES = """
a again ai airline all also although am american amex an and android annual another any api app apple apps apr april
are as at atm aug august autumn avenue b bad bank basic be because been being best better block bluetooth both
british bronze building business but by can cancelled card cash cd ceo champions cheaper chinese christmas chrome
citizens club college company competitor competitors could council court credit crm csv customer dad dear debit dec
decaf december delivered did do does dr dutch dvd e-mail each east easter economy eight elsewhere email english esim
european every everything facebook family faq feb february few final firefox firm first-class five flat floor for
four free french friday fridays from gdpr german get go god gold good google gps gran grandma great gym had has have
hd he heaven hell hello her here hi his hmrc home hospital hotel house how hr i id if in inc instagram internet into
ios ipad iphone irish is it italian its jan january japanese jesus jul july jun june just klarna lane laptop league
linux live lord ltd mac macbook madam mam management manager many mar march mastercard may me menu might mom monday
mondays monthly more most mot mr mrs ms much mum must my nan never new nhs nine no north not nothing nov november
now oct october of offline ok okay old ombudsman on one online only or others otp our own paper parliament passport
paypal pc pdf pin plan platinum plc please plus police polish pos premier premium prison pro reception reddit rivals
road safari same samsung saturday saturdays school scottish season seo sep sept september service services seven
shall she shop should silver sim since sir site six sms so some someone something somewhere sorry south spanish
spring sso staff standard standards starter stay store street student such summer sunday sundays support team ten
than thank thanks that the them then there these they this those three thursday thursdays ticket tickets to too
trustpilot tuesday tuesdays tv twitter two uhd uni university update us usb vat vegan version very vip visa vpn was
we website wednesday wednesdays weekly welsh were west what whatsapp when where which while who why wifi will
windows winter with without work worst would yearly yes you your zero
"""


def _read(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.replace("\n", " ").split(",") if name.strip())


PLACES = _read(_PLACES)
BRANDS = _read(_BRANDS)
AMBIGUOUS = _read(_AMBIGUOUS)
"""Names that mean something else without a capital."""
NO_NAMES = frozenset(_NO_NAMES.split())
"""Words that are nobody's and no place's name, however they are written."""
