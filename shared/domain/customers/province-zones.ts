/** Which zone's clock hangs in which part of a country. Names and codes as shops write them, separated by commas. */
export interface CountryZones {
  /** The zone of nearly everybody, for whoever names no province below. Where there is none, nothing is assumed. */
  readonly main?: string;
  /** A province that lies in two zones stands with the one most of its people live in. */
  readonly provinces?: Readonly<Record<string, string>>;
}

/** Countries with more than one zone; those with one are known to the runtime. Zones with one clock are not told apart. */
export const countryZones: Readonly<Record<string, CountryZones>> = {
  // One clock by law; Xinjiang's own is not that of its shops and offices.
  CN: { main: 'Asia/Shanghai' },
  AR: { main: 'America/Argentina/Buenos_Aires' },
  CL: { main: 'America/Santiago', provinces: { 'America/Punta_Arenas': 'MA,Magallanes' } },
  CY: { main: 'Asia/Nicosia' },
  DE: { main: 'Europe/Berlin' },
  EC: { main: 'America/Guayaquil' },
  ES: {
    main: 'Europe/Madrid',
    provinces: {
      'Atlantic/Canary': 'GC,TF,CN,Las Palmas,Santa Cruz de Tenerife,Canarias,Canary Islands,Islas Canarias',
    },
  },
  GL: { main: 'America/Nuuk' },
  ID: {
    main: 'Asia/Jakarta',
    provinces: {
      'Asia/Makassar':
        'BA,Bali,NB,Nusa Tenggara Barat,West Nusa Tenggara,NT,Nusa Tenggara Timur,East Nusa Tenggara,KS,Kalimantan Selatan,' +
        'South Kalimantan,KI,Kalimantan Timur,East Kalimantan,KU,Kalimantan Utara,North Kalimantan,SN,Sulawesi Selatan,' +
        'South Sulawesi,SA,Sulawesi Utara,North Sulawesi,ST,Sulawesi Tengah,Central Sulawesi,SG,Sulawesi Tenggara,' +
        'Southeast Sulawesi,SR,Sulawesi Barat,West Sulawesi,GO,Gorontalo',
      'Asia/Jayapura': 'MA,Maluku,MU,Maluku Utara,North Maluku,PA,Papua,PB,Papua Barat,West Papua',
    },
  },
  KI: { main: 'Pacific/Tarawa' },
  KZ: { main: 'Asia/Almaty' },
  MH: { main: 'Pacific/Majuro' },
  MN: { main: 'Asia/Ulaanbaatar' },
  MY: { main: 'Asia/Kuala_Lumpur' },
  NZ: { main: 'Pacific/Auckland' },
  PF: { main: 'Pacific/Tahiti' },
  PG: { main: 'Pacific/Port_Moresby' },
  PS: { main: 'Asia/Gaza' },
  PT: { main: 'Europe/Lisbon', provinces: { 'Atlantic/Azores': '20,Azores,Açores' } },
  UA: { main: 'Europe/Kyiv' },
  UZ: { main: 'Asia/Tashkent' },
  // The runtime lists no zone of Kosovo's.
  XK: { main: 'Europe/Belgrade' },
  US: {
    provinces: {
      'America/New_York':
        'CT,Connecticut,DE,Delaware,DC,District of Columbia,Washington DC,FL,Florida,GA,Georgia,IN,Indiana,KY,Kentucky,' +
        'ME,Maine,MD,Maryland,MA,Massachusetts,NH,New Hampshire,NJ,New Jersey,NY,New York,NC,North Carolina,OH,Ohio,' +
        'PA,Pennsylvania,RI,Rhode Island,SC,South Carolina,VT,Vermont,VA,Virginia,WV,West Virginia',
      'America/Detroit': 'MI,Michigan',
      'America/Chicago':
        'AL,Alabama,AR,Arkansas,IL,Illinois,IA,Iowa,KS,Kansas,LA,Louisiana,MN,Minnesota,MS,Mississippi,MO,Missouri,' +
        'NE,Nebraska,ND,North Dakota,OK,Oklahoma,SD,South Dakota,TN,Tennessee,TX,Texas,WI,Wisconsin',
      'America/Denver': 'CO,Colorado,MT,Montana,NM,New Mexico,UT,Utah,WY,Wyoming',
      'America/Boise': 'ID,Idaho',
      'America/Phoenix': 'AZ,Arizona',
      'America/Los_Angeles': 'CA,California,NV,Nevada,OR,Oregon,WA,Washington',
      'America/Anchorage': 'AK,Alaska',
      'Pacific/Honolulu': 'HI,Hawaii',
      'America/Puerto_Rico': 'PR,Puerto Rico,VI,Virgin Islands,US Virgin Islands',
      'Pacific/Guam': 'GU,Guam,MP,Northern Mariana Islands',
      'Pacific/Pago_Pago': 'AS,American Samoa',
    },
  },
  CA: {
    provinces: {
      'America/St_Johns': 'NL,Newfoundland,Newfoundland and Labrador,Terre-Neuve-et-Labrador',
      'America/Halifax':
        'NB,New Brunswick,Nouveau-Brunswick,NS,Nova Scotia,Nouvelle-Écosse,PE,PEI,Prince Edward Island,' +
        'Île-du-Prince-Édouard',
      'America/Toronto': 'ON,Ontario,QC,Quebec',
      'America/Iqaluit': 'NU,Nunavut',
      'America/Winnipeg': 'MB,Manitoba',
      'America/Regina': 'SK,Saskatchewan',
      'America/Edmonton': 'AB,Alberta,NT,Northwest Territories,Territoires du Nord-Ouest',
      'America/Vancouver': 'BC,British Columbia,Colombie-Britannique',
      'America/Whitehorse': 'YT,Yukon,Yukon Territory',
    },
  },
  AU: {
    provinces: {
      'Australia/Sydney': 'NSW,New South Wales,ACT,Australian Capital Territory',
      'Australia/Melbourne': 'VIC,Victoria',
      'Australia/Hobart': 'TAS,Tasmania',
      'Australia/Brisbane': 'QLD,Queensland',
      'Australia/Adelaide': 'SA,South Australia',
      'Australia/Darwin': 'NT,Northern Territory',
      'Australia/Perth': 'WA,Western Australia',
    },
  },
  BR: {
    provinces: {
      'America/Sao_Paulo':
        'AL,Alagoas,AP,Amapá,BA,Bahia,CE,Ceará,DF,Distrito Federal,Federal District,ES,Espírito Santo,GO,Goiás,' +
        'MA,Maranhão,MG,Minas Gerais,PA,Pará,PB,Paraíba,PR,Paraná,PE,Pernambuco,PI,Piauí,RJ,Rio de Janeiro,' +
        'RN,Rio Grande do Norte,RS,Rio Grande do Sul,SC,Santa Catarina,SP,São Paulo,SE,Sergipe,TO,Tocantins',
      'America/Manaus': 'AM,Amazonas,RO,Rondônia,RR,Roraima',
      'America/Cuiaba': 'MT,Mato Grosso',
      'America/Campo_Grande': 'MS,Mato Grosso do Sul',
      'America/Rio_Branco': 'AC,Acre',
    },
  },
  MX: {
    provinces: {
      'America/Mexico_City':
        'AG,AGS,AGU,Aguascalientes,CM,CAM,CAMP,Campeche,CS,CHP,CHIS,Chiapas,DF,CMX,CDMX,Ciudad de México,Mexico City,' +
        'Distrito Federal,CL,COL,Colima,DG,DUR,DGO,Durango,GT,GUA,GTO,Guanajuato,GR,GRO,Guerrero,HG,HID,HGO,Hidalgo,' +
        'JA,JAL,Jalisco,MX,MEX,México,Estado de México,MI,MIC,MICH,Michoacán,MO,MOR,Morelos,OA,OAX,Oaxaca,PU,PUE,Puebla,' +
        'QT,QUE,QRO,Querétaro,SL,SLP,San Luis Potosí,TB,TAB,Tabasco,TL,TLA,TLAX,Tlaxcala,VE,VER,Veracruz,YU,YUC,' +
        'Yucatán,ZA,ZAC,Zacatecas',
      'America/Monterrey': 'CO,COA,COAH,Coahuila,NL,NLE,Nuevo León,TM,TAM,TAMPS,Tamaulipas',
      'America/Chihuahua': 'CH,CHH,CHIH,Chihuahua',
      'America/Cancun': 'QR,ROO,Q Roo,Quintana Roo',
      'America/Mazatlan': 'BS,BCS,Baja California Sur,NA,NAY,Nayarit,SI,SIN,Sinaloa',
      'America/Hermosillo': 'SO,SON,Sonora',
      'America/Tijuana': 'BC,BCN,Baja California',
    },
  },
  RU: {
    provinces: {
      'Europe/Kaliningrad': 'KGD,Kaliningrad,Калининградская',
      'Europe/Moscow':
        'MOW,Moscow,Москва,MOS,Московская,SPE,Saint Petersburg,St Petersburg,Санкт-Петербург,LEN,Leningrad,Ленинградская,' +
        'AD,Adygea,Адыгея,ARK,Arkhangelsk,Архангельская,BEL,Belgorod,Белгородская,BRY,Bryansk,Брянская,' +
        'CE,Chechnya,Chechen,Чеченская,CU,Chuvashia,Chuvash,Чувашская,DA,Dagestan,Дагестан,IN,Ingushetia,Ингушетия,' +
        'IVA,Ivanovo,Ивановская,KB,Kabardino-Balkaria,Кабардино-Балкарская,KL,Kalmykia,Калмыкия,' +
        'KLU,Kaluga,Калужская,KC,Karachay-Cherkessia,Карачаево-Черкесская,KR,Karelia,Карелия,KIR,Kirov,Кировская,' +
        'KO,Komi,Коми,KOS,Kostroma,Костромская,KDA,Krasnodar,Краснодарский,KRS,Kursk,Курская,LIP,Lipetsk,Липецкая,' +
        'ME,Mari El,Марий Эл,MO,Mordovia,Мордовия,MUR,Murmansk,Мурманская,NEN,Nenets,Ненецкий,' +
        'NIZ,Nizhny Novgorod,Нижегородская,SE,North Ossetia,Северная Осетия,NGR,Novgorod,Новгородская,' +
        'ORL,Oryol,Орловская,PNZ,Penza,Пензенская,PSK,Pskov,Псковская,ROS,Rostov,Ростовская,RYA,Ryazan,Рязанская,' +
        'SMO,Smolensk,Смоленская,STA,Stavropol,Ставропольский,TAM,Tambov,Тамбовская,TA,Tatarstan,Татарстан,' +
        'TUL,Tula,Тульская,TVE,Tver,Тверская,VLA,Vladimir,Владимирская,VGG,Volgograd,Волгоградская,' +
        'VLG,Vologda,Вологодская,VOR,Voronezh,Воронежская,YAR,Yaroslavl,Ярославская',
      'Europe/Samara':
        'SAM,Samara,Самарская,UD,Udmurtia,Udmurt,Удмуртская,AST,Astrakhan,Астраханская,ULY,Ulyanovsk,Ульяновская,' +
        'SAR,Saratov,Саратовская',
      'Asia/Yekaterinburg':
        'SVE,Sverdlovsk,Свердловская,BA,Bashkortostan,Башкортостан,CHE,Chelyabinsk,Челябинская,PER,Perm,Пермский,' +
        'ORE,Orenburg,Оренбургская,KGN,Kurgan,Курганская,TYU,Tyumen,Тюменская,KHM,Khanty-Mansi,Ханты-Мансийский,' +
        'YAN,Yamalo-Nenets,Ямало-Ненецкий',
      'Asia/Omsk': 'OMS,Omsk,Омская',
      'Asia/Krasnoyarsk':
        'KYA,Krasnoyarsk,Красноярский,NVS,Novosibirsk,Новосибирская,TOM,Tomsk,Томская,KEM,Kemerovo,Кемеровская,' +
        'ALT,Altai,Алтайский,AL,Алтай,KK,Khakassia,Хакасия,TY,Tuva,Тыва',
      'Asia/Irkutsk': 'IRK,Irkutsk,Иркутская,BU,Buryatia,Бурятия',
      'Asia/Yakutsk': 'SA,Sakha,Yakutia,Саха,AMU,Amur,Амурская,ZAB,Zabaykalsky,Забайкальский',
      'Asia/Vladivostok': 'PRI,Primorsky,Приморский,KHA,Khabarovsk,Хабаровский,YEV,Jewish,Еврейская',
      'Asia/Magadan': 'MAG,Magadan,Магаданская',
      'Asia/Sakhalin': 'SAK,Sakhalin,Сахалинская',
      'Asia/Kamchatka': 'KAM,Kamchatka,Камчатский,CHU,Chukotka,Чукотский',
    },
  },
};
