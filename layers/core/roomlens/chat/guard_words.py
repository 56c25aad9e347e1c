"""The words of the fair-housing rules: who is protected, what surrounds a home, and what only sounds like it.

The federal classes are those of 42 U.S.C. 3604 (race, color, religion, sex, familial status, national origin,
disability); age, marital status, source of income and military status are additions of states. All words are as
`guard_text.readings` writes them. What the words are for is said in `guard_rules`.
"""

from __future__ import annotations

from typing import Final

# People who are called by what the law protects, in words that mean nothing else: no photo answers a question with
# one of these.
PLAINLY_PEOPLE: Final = (
    r"christians|catholics|protestants|jews|muslims|moslems|hindus|buddhists|sikhs|mormons|evangelicals|atheists?"
    r"|african americans?|asian americans?|native americans|people of colou?r|asians|latin[oa]s|latinx|hispanics"
    r"|caucasians|africans|arabs|minorities|gypsies|mexicans|indians|americans|turks|russians|italians|germans"
    r"|koreans|somalis|haitians|puerto ricans|cubans|immigrants?|migrants|refugees?|foreigners?|illegals"
    r"|gays|lesbians?|homosexuals?|bisexuals?|transgenders?|transsexuals?|lgbt\w*"
    r"|the (?:disabled|handicapped|deaf|mentally ill)|for the blind|(?:disabled|handicapped|mentally ill|autistic) "
    r"(?:applicants?|people|persons?|tenants?|kids?|child|children|buyers?|renters?|residents?|neighbou?rs?)"
    r"|mentally ill|disabled(?= *$)|wheelchair users?|wheelchair bound|(?:people|persons?|anyone|someone"
    r"|tenants?|buyers?) with (?:an? )?"
    r"(?:disabilit\w+|handicap\w*|autism|wheelchairs?|dementia|hiv|aids|mental \w+)|(?:ex )?addicts?"
    r"|(?:people|persons?|anyone|someone|tenants?|buyers?|mother|father|wife|husband) (?:in|on) (?:an? )?wheelchairs?"
    r"|(?:service|support|assistance|guide) (?:animals?|dogs?)"
    r"|section 8|section eight|vouchers?|welfare|food stamps"
)

# People who are called by a word that may as well belong to a thing ("kids' room"): what is said of them decides.
PERHAPS_PEOPLE: Final = (
    r"famil(?:y|ies)|kids?|child|children|bab(?:y|ies)|toddlers?|infants?|teens?|teenagers?|couples?(?! of)"
    r"|newlyweds?|singles"
    r"|bachelors?|parents?|mothers?|fathers?|mo[mu]s?|seniors?|elderly|retirees?|pensioners?|professionals|millennials"
    r"|students?|empty nesters?|wom[ae]n|m[ae]n|ladies|lady|gentlem[ae]n|girls?|boys?|females?|males?|veterans?"
    r"|soldiers?|military|whites|blacks|renters|unemployed|homeless|poor people|rich people|(?:old|older|young|younger)"
    r" (?:people|folks|persons?)|(?:married|unmarried|single|divorced|pregnant) (?:people|persons?|wom[ae]n"
    r"|m[ae]n|mothers?"
    r"|mo[mu]s?|dads?|fathers?|parents?|tenants?|buyers?|renters?|applicants?|ladies|girls?|guys?|professionals?)"
)

# Words of origin, faith and colour before a word for people or where they live
COLOURS: Final = r"black|white|brown|colou?red|yellow"
FAITHS: Final = (
    r"christian|catholic|protestant|jewish|muslim|moslem|islamic|hindu|buddhist|sikh|mormon|evangelical|orthodox"
    r"|religious|amish"
)
ORIGINS: Final = (
    r"asian|african|african american|indian|chinese|japanese|korean|vietnamese|mexican|hispanic|latin[oa]?|latinx|arab"
    r"|arabic|turkish|polish|russian|italian|irish|german|french|american|caucasian|jewish|somali|haitian|cuban"
    r"|filipino|pakistani|iranian|persian|puerto rican|oriental|hungarian|chicano|philippine|foreign"
    r"|foreign born|immigrant|migrant|ethnic|minority|native"
)
OTHERS: Final = (
    r"crippled|retarded|impaired|mature|able bodied|physically fit|gay|lesbian|straight|transgender|trans|queer"
    r"|lgbt\w*|disabled|handicapped|deaf|blind|autistic|single|married"
    r"|unmarried|divorced|young|elderly|retired|pregnant|wealthy|rich|poor|low income|male|female|military|unemployed"
)
PERSONS: Final = (
    r"people|persons?|folks?|famil(?:y|ies)|neighbou?rs?|residents?|tenants?|renters?|buyers?|owners?|clients?|couples?"
    r"|households?|kids?|child|children|m[ae]n|wom[ae]n|guys?|gentlem[ae]n|lad(?:y|ies)|girls?|boys?|professionals?"
    r"|students?|immigrants?|applicants?|roommates?|flatmates?|mothers?|mo[mu]s?|fathers?|dads?|parents?|seniors?"
    r"|population|majority|minority|person"
)
DISTRICTS: Final = (
    r"neighbou?rhoods?|districts?|suburbs?|communit(?:y|ies)|enclaves?|quarters?|(?:part|side|end) of (?:the )?town"
    r"|area(?! rug)|areas|boroughs?|localit(?:y|ies)|vicinity|surroundings|zip code"
)
STREETS: Final = r"streets?|blocks?|roads?|town|suburb"
HOUSES: Final = r"homes?|house|houses|households?|building|property|properties"

WORSHIP: Final = (
    r"church(?:es)?|synagogues?|mosques?|temples?|shuls?|gurdwaras?|cathedrals?|chapels?|parish(?:es)?"
    r"|(?:houses?|places?) of worship|mikvehs?|(?:kosher|halal) (?:store|shop|butcher|restaurant)s?"
)
NEAR: Final = (
    r"near\w*|close|closest|distance|how far|far|next to|next door|minutes?|miles?|walk|around(?: here| there"
    r"| the corner)"
    r"|within (?:walking|\w+ (?:minutes?|miles?|blocks?))|neighbou?r\w*|in the area|on the street|in town"
)
AROUND: Final = (
    r"here|around(?: here| there)?(?= *\W*$)|around (?:here|there)|nearby|near by|close by|next door|locally"
    r"|in these parts"
    rf"|in the building|{DISTRICTS}|{STREETS}"
)
POLITICS: Final = r"trump|republicans?|democrat\w*|liberals?|conservatives?|maga|leftists?"
LIVING: Final = r"lives?|living|reside|residing|rent|renting|own homes|neighbou?rs?|move in|moving in|moving here"

# What an area is called when people mean who lives there
REPUTE: Final = (
    r"good|great|nice|nicer|nicest|bad|better|best|worse|worst|safe|safer|safest|unsafe|dangerous|rough|sketchy|shady"
    r"|seedy|desirable|undesirable|exclusive|upscale|posh|affluent|wealthy|poor|rich|decent|respectable|sought after"
    r"|up and coming|ghetto|declining|changing|gentrif\w+|friendly|classy|trashy|mixed|diverse|integrated|segregated"
    r"|pleasant|lovely|prestigious|working class|middle class|upper class|blue collar|white collar|low income|perfect"
    r"|ideal|family|welcoming|popular"
)
CRIMES: Final = (
    r"crimes?|criminals?|burglar(?:y|ies|s)|robber(?:y|ies|s)|break ins?|gangs?|shootings?|drug (?:deal\w+"
    r"|users?|scene)"
    r"|murders?|thefts?|thieves|muggings?|sex offenders?|felons?|prostitut\w+"
)

# Who a home is for
SUITS: Final = (
    r"good|great|perfect|ideal|ideally|suit|suits|suited|suitable|suiting|right (?:for|home|place|house|flat)"
    r"|fit|fits|fitting|best|better|nice"
    r"|appropriate|welcom\w*|comfortable|safe|made for|designed|meant|aimed|appeal\w*|attract\w*|recommend\w*"
    r"|works?|bad"
    r"|wrong|wonderful|excellent|accept\w*|target\w*|market\w*|advertis\w*|too (?:big|small|large|noisy|quiet"
    r"|expensive)"
    r"|popular with|favou?r\w*|cater\w*|tailored|dream"
)
FARES: Final = (
    r"fit|fits|feel|feels|be happy|happy|comfortable|cope|be accepted|accepted|be welcome|welcome|like|love"
    r"|enjoy|belong"
    r"|settle|live|apply|be safe|prefer\w*|be preferred|wanted|thrive|appreciate|qualify"
)
KEEPS_OUT: Final = (
    r"no|without|not|non|only|except|avoid\w*|prefer\w*|keep\w*|exclud\w*|reject\w*|refus\w*|turn away|screen out|ban"
    r"|bans|banned|deny|den(?:y|ies)|discourag\w*|don't want|restrict\w*|limit\w*|stop|prevent\w*|away from|rather than"
)
ONLY: Final = (
    r"only|preferred|need not apply|not allowed|allowed|are allowed|away|excluded|not welcome|welcome|not wanted|wanted"
)

# Things of a home whose names hold one of the words above. They are taken out before the rules look.
_PARTS: Final = (
    r"dining|seating|sitting|laundry|living|outdoor|kitchen|play|barbecue|bbq|grill|storage|work|working|desk|office"
    r"|entertaining|entertainment|lounge|pool|patio|bar|breakfast|eating|reading|sleeping|dressing|changing|parking"
    r"|garden|yard|entry|shower|bath|bathroom|utility|cooking|prep|cocina|comedor|estar|floor|wall|surface|counter"
    r"|relaxing|relaxation|deck|fire|fireplace|green|grass|lawn|planting"
)
THINGS: Final = (
    rf"(?:{_PARTS}) areas?",
    r"area rugs?",
    r"living (?:rooms?|spaces?|quarters)",
    r"areas? (?:under|over|behind|above|beside|between|next to|in front of|inside|on|with) (?:the|an?|this|that|it)",
    r"(?:community|neighbou?rhood) (?:pool|gym|garden|amenit(?:y|ies)|cent(?:er|re)|room|clubhouse|tennis\w*"
    r"|park|playground|map)s?",
    r"(?:servants?|maid|staff|guest|sleeping|crew)(?:'s?|s')? quarters|(?:three )?quarter bath\w*",
    r"(?:kids?|children|baby) (?:toys?|clothes|stuff|furniture|books|space|corner|artwork|swing\w*|slide\w*"
    r"|pool|grand)s?",
    r"man made|mother of pearl|(?:single|two|multi|one) (?:owner|family|car)|gang (?:switch\w*|box\w*|outlets?)",
    r"area (?:de |d')?(?:cocina|comedor|estar|lavado|lavanderia|juegos|trabajo|descanso|bano|parrilla|asador)",
    r"(?:single|multi|two|one) family (?:homes?|house|houses|dwelling|residence)",
    r"famil(?:y|ia) (?:rooms?|kitchen|bath|bathrooms?|dining|den|lounge|living|suite|photos?|portraits?"
    r"|heirlooms?|size\w*)",
    r"family size\w*",
    r"(?:street|block|neighbou?rhood) (?:views?|parking|lamps?|lights?|number)",
    r"(?:cinder|glass|concrete|butcher|wood) blocks?",
    r"(?:kid|child|baby|toddler) (?:proof\w*|lock\w*|gates?|safe\w*|monitor\w*|cribs?|bed|beds|seat\w*|size\w*|height)",
    r"\w+'s? (?:rooms?|bedrooms?|bathrooms?|bath|dressing|closets?|beds?|study|desk|play\w*|pool|height|chairs?|crib)",
    r"\w+s' (?:rooms?|bedrooms?|bathrooms?|bath|dressing|closets?|beds?|study|desk|play\w*|pool|chairs?|houses?"
    r"|fences?)",
    r"(?:kids?|children|baby|boys?|girls?|teens?|guest|student|family) (?:rooms?|bedrooms?|bathrooms?|bath"
    r"|playroom|desk)",
    r"(?:mother|parent|father)s? in law (?:suite|apartment|unit|room|flat)s?",
    r"(?:senior|adult|child|wheelchair|ada|bachelor) (?:height|size\w*|chest)",
    r"(?:church|chapel|temple|cathedral|mosque|monastery) (?:style|windows?|pews?|bench\w*|like|ceilings?"
    r"|doors?|organ)",
    r"(?:converted|former|old) (?:church|chapel|synagogue|temple)",
    r"burglar (?:alarms?|bars?|proof\w*)|crime scene",
    r"(?:a|wall|floor|hidden|built in) safe(?= (?:in|behind|under|inside|for|or|and)\b)|fire ?safe\w*",
    r"safety (?:gates?|glass|rails?|railings?|bars?|features?|locks?|catch\w*|fence\w*)",
    r"(?:disabled|handicapped?|wheelchair) (?:access\w*|parking|toilet|bath\w*|shower|ramps?|entrance"
    r"|friendly (?:bath\w*|shower))",
    r"(?:single|double) (?:sinks?|beds?|bowl|basins?|vanit\w+|level|story|storey|stall|pane|oven|door|garage)",
    r"(?:french|dutch) doors?|china (?:cabinets?|hutch)|persian rugs?|turkish bath|roman (?:bath|blinds?|shades?)",
    r"(?:indian|italian|asian|spanish|japanese|mexican|chinese|german|french|american|irish|turkish|persian|african"
    r"|polish)(?: style| inspired)?(?: \w+)? (?:marble|tiles?|garden|kitchen|fridge|lanterns?|vases?|rugs?|tub"
    r"|furniture"
    r"|door|doors|screen|carpet|stone|slate|pottery|art|oven|bath|mosaic|house|home|architecture)",
    r"native (?:\w+ )?(?:plants?|garden|grass\w*|stone|trees?|shrubs?)",
    r"(?:jewish|christian|catholic|religious|muslim|buddhist|hindu) (?:star|cross|crosses|symbols?|icons?|art|mosaic"
    r"|statues?|paintings?|figures?|altar|shrine)",
    r"race car\w*|rat race",
    r"(?:color|colou?red|black|white|brown) (?:and \w+ )?(?:walls?|cabinets?|counter\w*|tiles?|doors?|floors?"
    r"|paint\w*)",
    r"(?:man|she) cave|walk in|bachelor pad style|maid's|butler's|jack and jill|his and hers?|women's|men's",
    r"whites? and (?:greys?|grays?|blacks?|beiges?)",
)

# Things that a question may be about besides the rooms and tags of the vocabulary: what is left of a message beside a
# refused part has to be about one of these, or be a question of its own.
HOME: Final = (
    r"rooms?|photos?|pictures?|images?|bright\w*|light|dark\w*|daylight|condition|renovat\w*|floors?|walls?|doors?"
    r"|windows?|cabinets?|colou?rs?|paint\w*|sizes?|improve|sell\w*|compare|parking|views?|storage|furniture|stairs?"
    r"|cocina|bano|dormitorio|salon|jardin|cuisine|salle de bain|chambre|kuche|bad|schlafzimmer|wohnzimmer|garten"
)
